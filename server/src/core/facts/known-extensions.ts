/**
 * Names that pnpm and Yarn 2 and up add to what packages depend on, for packages that are known to lack them: by package,
 * of any version. After @yarnpkg/extensions 2.0.7, which holds the versions and ranges too; pnpm takes it as it is, unless
 * `ignoreCompatibilityDb` is set. https://github.com/yarnpkg/berry/blob/master/packages/yarnpkg-extensions
 */
const LINES = `
  @ant-design/react-slick react
  @apollographql/apollo-tools graphql
  @asyncapi/react-component react react-dom
  @babel/parser @babel/types
  @cypress/snapshot debug
  @docusaurus/responsive-loader jimp sharp
  @fastify/type-provider-typebox fastify
  @fullhuman/postcss-purgecss postcss
  @google-cloud/firestore protobufjs
  @npmcli/metavuln-calculator json-parse-even-better-errors
  @parcel/node-resolver-core @parcel/core
  @parcel/resolver-default @parcel/core
  @parcel/transformer-image @parcel/core
  @parcel/transformer-js @parcel/core
  @playwright/test jest-matcher-utils
  @pm2/agent debug
  @rebass/forms @styled-system/should-forward-prop react
  @samverschueren/stream-to-observable rxjs zenObservable
  @tailwindcss/aspect-ratio tailwindcss
  @tailwindcss/line-clamp tailwindcss
  @volar/language-server typescript
  @volar/language-service typescript
  @volar/typescript typescript
  @vue/cli-plugin-typescript @babel/core babel-loader vue-template-compiler
  @vue/eslint-config-typescript typescript
  @vuetify/cli-plugin-utils sass-loader semver
  @webpack-cli/package-utils cross-spawn
  any-observable rxjs zenObservable
  apollo-upload-client graphql
  auto-relay reflect-metadata
  babel-plugin-graphql-tag graphql
  babel-plugin-remove-graphql-queries @babel/runtime @babel/types gatsby-core-utils
  babel-plugin-transform-typescript-metadata @babel/core @babel/traverse
  babel-preset-gatsby-package @babel/runtime
  babel-preset-react-app @babel/plugin-proposal-private-property-in-object
  bin-links mkdirp-infer-owner
  cacheable-lookup @types/keyv
  clipanion-v3-codemod jscodeshift
  connect-mongo express-session
  consolidate arc-templates atpl babel-core bracket-template coffee-script dot dust dustjs-helpers dustjs-linkedin eco ect ejs haml-coffee hamlet hamljs handlebars hogan.js htmling jade jazz jqtpl just liquid-node liquor lodash marko mote mustache nunjucks plates pug qejs ractive razor-tmpl react react-dom slm squirrelly swig swig-templates teacup templayed then-jade then-pug tinyliquid toffee twig twing underscore vash velocityjs walrus whiskers
  cordova-ios underscore
  cordova-lib underscore
  create-gatsby @babel/runtime
  critters-webpack-plugin html-webpack-plugin
  debug supports-color
  elm-webpack-loader temp
  eslint-config-react-app typescript
  eslint-import-resolver-vite debug resolve
  eslint-module-utils @typescript-eslint/parser eslint-import-resolver-node eslint-import-resolver-typescript eslint-import-resolver-webpack
  eslint-plugin-import @typescript-eslint/parser
  fdir picomatch
  focus-trap-react tabbable
  fork-ts-checker-webpack-plugin eslint typescript vue-template-compiler webpack
  gatsby-admin @babel/runtime
  gatsby-cli @babel/runtime
  gatsby-core-utils @babel/runtime got
  gatsby-design-tokens @babel/runtime
  gatsby-legacy-polyfills @babel/runtime
  gatsby-plugin-benchmark-reporting @babel/runtime
  gatsby-plugin-favicon webpack
  gatsby-plugin-gatsby-cloud gatsby-core-utils webpack
  gatsby-plugin-graphql-config @babel/runtime
  gatsby-plugin-i18n ramda
  gatsby-plugin-image @babel/runtime
  gatsby-plugin-mdx @babel/runtime gatsby mkdirp
  gatsby-plugin-netlify gatsby-core-utils
  gatsby-plugin-netlify-cms @babel/runtime
  gatsby-plugin-no-sourcemaps @babel/runtime
  gatsby-plugin-page-creator @babel/runtime fs-extra
  gatsby-plugin-preact @babel/runtime
  gatsby-plugin-preload-fonts @babel/runtime
  gatsby-plugin-schema-snapshot @babel/runtime
  gatsby-plugin-sharp debug
  gatsby-plugin-styletron @babel/runtime
  gatsby-plugin-subfont @babel/runtime
  gatsby-plugin-utils @babel/runtime fastq graphql
  gatsby-react-router-scroll prop-types
  gatsby-recipes @babel/runtime
  gatsby-remark-prismjs lodash
  gatsby-source-apiserver babel-polyfill
  gatsby-source-shopify @babel/runtime
  gatsby-source-wikipedia @babel/runtime
  gatsby-transformer-screenshot @babel/runtime
  gatsby-worker @babel/runtime
  git-node-fs js-git
  got @types/keyv @types/responselike
  graphql-compose graphql
  http-link-dataloader graphql
  ink-select-input react
  jest-vue-preprocessor @babel/core @babel/template pug
  jss-plugin-rule-value-function tiny-warning
  license-webpack-plugin webpack
  material-table @babel/runtime
  mqtt duplexify
  notistack csstype
  parcel @parcel/core
  postcss-syntax postcss-html postcss-jsx postcss-less postcss-markdown postcss-scss
  promise-inflight bluebird
  query-ast lodash
  rc-animate react react-dom
  react-bootstrap-table2-paginator classnames
  react-color react
  react-dev-utils typescript webpack
  react-draggable react react-dom
  react-github-btn react
  react-instantsearch-core algoliasearch
  react-instantsearch-dom react-fast-compare
  react-live react react-dom
  react-portal react-dom
  react-rnd react react-dom
  react-scripts eslint react
  reactcss react
  rebass react
  redux-persist react
  redux-thunk redux
  rollup-plugin-polyfill-node rollup
  scss-parser lodash
  skypack tar
  snowpack magic-string node-gyp
  sodium node-gyp
  terser acorn
  testcafe @babel/plugin-transform-for-of @babel/runtime
  testcafe-legacy-api read-file-relative testcafe-hammerhead
  typescript-language-server vscode-jsonrpc vscode-languageserver-protocol
  unified @types/unist
  unplugin-vue2-script-setup @vue/composition-api @vue/runtime-dom
  useragent request semver yamlparser
  vite-plugin-vue-devtools vue
  vite-plugin-vuetify vue
  volar-service-typescript typescript
  volar-service-typescript-twoslash-queries typescript
  vue-cli-plugin-vuetify null-loader sass-loader semver vue vuetify-loader
  vue-i18n vue
  vue-loader @vue/compiler-sfc vue webpack
  vue-router vue
  vue-template-babel-compiler vue-template-compiler
  webpack webpack-cli webpack-command
  webpack-dev-server webpack-cli
  webpack-plugin-vuetify vue
  winston-transport logform
  ws bufferutil utf-8-validate
  xo webpack
`;

let byName: ReadonlyMap<string, ReadonlySet<string>> | null = null;

/** Whether package managers add a dependency of this name to the package. */
export function isKnownExtension(name: string, alias: string): boolean {
  byName ??= new Map(
    LINES.trim()
      .split("\n")
      .map((line) => {
        const [extended = "", ...added] = line.trim().split(" ");
        return [extended, new Set(added)];
      }),
  );
  return byName.get(name)?.has(alias) === true;
}
