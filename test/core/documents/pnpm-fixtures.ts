/** Lockfiles as the versions of pnpm lay them out, each with the hard parts of its format. */

const HASH = "a410ad8a6442870a23a049001537c172e98029980854706ce9dd256cbd42c274";

/** pnpm 3 and 4: every map as a block, a project without workspaces. */
export const V5_0 = `dependencies:
  '@s/a': 1.0.0
  aliased: /real/2.0.0
  archive: 'file:projects/archive.tgz'
  hosted: registry.example/hosted/1.2.0
  lint: github.com/user/lint/7224f2b_1b15e19
  linked: 'link:../linked'
devDependencies:
  b: 1.0.0_@s+a@1.0.0
lockfileVersion: 5
packages:
  /@s/a/1.0.0:
    dependencies:
      real: 2.0.0
    dev: false
    requiresBuild: true
    resolution:
      integrity: sha512-a==
  /b/1.0.0_@s+a@1.0.0:
    dependencies:
      '@s/a': 1.0.0
    dev: true
    optionalDependencies:
      c: 1.0.0-rc.1
    peerDependencies:
      '@s/a': '*'
    resolution:
      integrity: sha512-b==
  /c/1.0.0-rc.1:
    deprecated: >-
      Use something
      else: 1.0.0
    optional: true
    resolution:
      integrity: sha512-c==
      registry: 'https://registry.example/'
      tarball: 'https://registry.example/c/-/c-1.0.0-rc.1.tgz'
  /real/2.0.0:
    dev: false
    resolution:
      integrity: sha512-real==
  'file:projects/archive.tgz':
    dev: false
    name: '@rush/archive'
    resolution:
      integrity: sha512-archive==
      tarball: 'file:projects/archive.tgz'
    version: 0.0.7
  github.com/user/lint/7224f2b_1b15e19:
    dependencies:
      b: 1.0.0_@s+a@1.0.0
    dev: false
    id: github.com/user/lint/7224f2b
    name: lint
    resolution:
      tarball: 'https://codeload.example/user/lint/tar.gz/7224f2b'
    version: 5.6.0
  registry.example/hosted/1.2.0:
    dev: false
    name: hosted
    resolution:
      integrity: sha512-hosted==
      tarball: 'https://registry.example/hosted/-/hosted-1.2.0.tgz'
    version: 1.2.0
specifiers:
  '@s/a': ^1.0.0
`;

/** pnpm 6 and 7: short maps in braces, empty lines, workspaces. */
export const V5_4 = `lockfileVersion: 5.4

overrides:
  x: 9.9.9

patchedDependencies:
  is-odd@3.0.1:
    hash: atyja23rsmkamwjfb35gxyo4m4
    path: patches/is-odd@3.0.1.patch

importers:

  .:
    specifiers:
      is-odd: 3.0.1
      ws: workspace:*
    dependencies:
      is-odd: 3.0.1_atyja23rsmkamwjfb35gxyo4m4
      local: file:local
      ws: link:packages/ws
    optionalDependencies:
      fsevents: 2.3.3

  packages/ws:
    specifiers:
      renamed: npm:is-odd@3.0.1
    dependencies:
      renamed: /is-odd/3.0.1_atyja23rsmkamwjfb35gxyo4m4

packages:

  /fsevents/2.3.3:
    resolution: {integrity: sha512-fsevents==}
    engines: {node: ^8.16.0 || ^10.6.0 || >=11.0.0}
    os: [darwin]
    requiresBuild: true
    dev: false
    optional: true

  /is-odd/3.0.1_atyja23rsmkamwjfb35gxyo4m4:
    resolution: {integrity: sha512-odd==}
    engines: {node: '>=4'}
    dev: false
    patched: true

  file:local:
    resolution: {directory: local, type: directory}
    name: local
    version: 0.0.7
    dependencies:
      is-odd: 3.0.1_atyja23rsmkamwjfb35gxyo4m4
    dev: false
`;

/** pnpm 8. */
export const V6_0 = `lockfileVersion: '6.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false

dependencies:
  '@acme/react':
    specifier: npm:react@18.2.0
    version: /react@18.2.0
  foo:
    specifier: ^1.0.0
    version: 1.0.0(@s/bar@2.0.0)(react@18.2.0)
  patched:
    specifier: 1.0.0
    version: 1.0.0(patch_hash=atyja23rsmkamwjfb35gxyo4m4)(react@18.2.0)
  ws:
    specifier: workspace:*
    version: link:packages/ws

devDependencies:
  '@s/bar':
    specifier: 2.0.0
    version: 2.0.0

packages:

  /@s/bar@2.0.0:
    resolution: {integrity: sha512-bar==}
    requiresBuild: true
    dev: true

  /foo@1.0.0(@s/bar@2.0.0)(react@18.2.0):
    resolution: {integrity: sha512-foo==}
    peerDependencies:
      '@s/bar': '*'
      react: '*'
    dependencies:
      '@s/bar': 2.0.0
      react: 18.2.0
      renamed: /react@18.2.0
    transitivePeerDependencies:
      - supports-color
    dev: false

  /foo@1.0.0(react@18.2.0):
    resolution: {integrity: sha512-foo==}
    dev: false

  /patched@1.0.0(patch_hash=atyja23rsmkamwjfb35gxyo4m4)(react@18.2.0):
    resolution: {integrity: sha512-patched==}
    dev: false
    patched: true

  /react@18.2.0:
    resolution: {integrity: sha512-react==}
    dev: false

  '@codeload.example/user/tool/tar.gz/7224f2b':
    resolution: {tarball: https://codeload.example/user/tool/tar.gz/7224f2b}
    name: tool
    version: 1.0.0
    dev: false

  registry.example/hosted@1.2.0:
    resolution: {integrity: sha512-hosted==, registry: https://registry.example/, tarball: https://registry.example/hosted/-/hosted-1.2.0.tgz}
    name: hosted
    version: 1.2.0
    dev: false
`;

/** pnpm 9 and up. */
export const V9_0 = `lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

catalogs:
  default:
    pinned:
      specifier: ^3.0.0
      version: 3.0.1

overrides:
  send>debug: 2.6.8

patchedDependencies:
  is-odd@3.0.1: ${HASH}

importers:

  .:
    dependencies:
      '@acme/react':
        specifier: npm:react@18.2.0
        version: react@18.2.0
      code-frame:
        specifier: npm:@babel/code-frame@7.22.13
        version: '@babel/code-frame@7.22.13'
      foo:
        specifier: ^1.0.0
        version: 1.0.0(bar@2.0.0(react@18.2.0))
      is-odd:
        specifier: 3.0.1
        version: 3.0.1(patch_hash=${HASH})
      local:
        specifier: file:./local
        version: file:local
      pinned:
        specifier: 'catalog:'
        version: 3.0.1
      ws:
        specifier: workspace:*
        version: link:packages/ws
    devDependencies:
      tool:
        specifier: github:user/tool
        version: https://codeload.example/user/tool/tar.gz/7224f2b
    optionalDependencies:
      fsevents:
        specifier: 2.3.3
        version: 2.3.3

  packages/ws:
    dependencies:
      foo:
        specifier: ^1.0.0
        version: 1.0.0(bar@2.0.0(react@17.0.2))
      odd:
        specifier: git+ssh://git@git.example/odd.git
        version: git+ssh://git@git.example/odd.git#0123abc

packages:

  '@babel/code-frame@7.22.13':
    resolution: {integrity: sha512-frame==}
    engines: {node: '>=6.9.0'}

  bar@2.0.0:
    resolution: {integrity: sha512-bar==}
    deprecated: |-
      Two lines.
      packages: no
    peerDependencies:
      react: '*'

  foo@1.0.0:
    resolution: {integrity: sha512-foo==, tarball: https://registry.example/foo/-/foo-1.0.0.tgz}

  fsevents@2.3.3:
    resolution: {integrity: sha512-fsevents==}
    os: [darwin]

  is-odd@3.0.1:
    resolution: {integrity: sha512-odd==}

  local@file:local:
    resolution: {directory: local, type: directory}

  node@runtime:22.0.0:
    resolution:
      type: variations
      variants:
        - resolution:
            integrity: sha256-node=
            type: binary
            url: https://node.example/node.tar.gz
          targets:
            - cpu: x64
              os: linux
    version: 22.0.0
    hasBin: true

  odd@git+ssh://git@git.example/odd.git#0123abc:
    resolution: {commit: 0123abc, repo: git+ssh://git@git.example/odd.git, type: git}
    version: 2.0.0

  pinned@3.0.1:
    resolution: {integrity: sha512-pinned==}

  private@work:1.5.0:
    resolution: {integrity: sha512-private==}

  react@17.0.2:
    resolution: {integrity: sha512-react17==}

  react@18.2.0:
    resolution: {integrity: sha512-react18==}

  tool@https://codeload.example/user/tool/tar.gz/7224f2b:
    resolution: {gitHosted: true, tarball: https://codeload.example/user/tool/tar.gz/7224f2b}
    version: 1.0.0

snapshots:

  '@babel/code-frame@7.22.13': {}

  bar@2.0.0(react@17.0.2):
    dependencies:
      react: 17.0.2

  bar@2.0.0(react@18.2.0):
    dependencies:
      react: 18.2.0

  foo@1.0.0(bar@2.0.0(react@17.0.2)):
    dependencies:
      bar: 2.0.0(react@17.0.2)
    transitivePeerDependencies:
      - react

  foo@1.0.0(bar@2.0.0(react@18.2.0)):
    dependencies:
      bar: 2.0.0(react@18.2.0)
      react-old: react@17.0.2
    transitivePeerDependencies:
      - react

  fsevents@2.3.3:
    optional: true

  is-odd@3.0.1(patch_hash=${HASH}): {}

  local@file:local:
    dependencies:
      pinned: 3.0.1

  node@runtime:22.0.0: {}

  odd@git+ssh://git@git.example/odd.git#0123abc: {}

  pinned@3.0.1: {}

  private@work:1.5.0: {}

  react@17.0.2: {}

  react@18.2.0: {}

  tool@https://codeload.example/user/tool/tar.gz/7224f2b:
    dependencies:
      private: work:1.5.0
    optionalDependencies:
      fsevents: 2.3.3
`;

/** pnpm 10 and up: its own tools in a document before the project's. */
export const SEVERAL = `---
lockfileVersion: '9.0'

importers:

  .:
    configDependencies:
      react:
        specifier: 16.0.0
        version: 16.0.0
    packageManagerDependencies:
      pnpm:
        specifier: 11.9.0
        version: 11.9.0

packages:

  pnpm@11.9.0:
    resolution: {integrity: sha512-pnpm==}
    hasBin: true

  react@16.0.0:
    resolution: {integrity: sha512-react16==}

  react@17.0.2:
    resolution: {integrity: sha512-react17==}

snapshots:

  pnpm@11.9.0: {}

  react@16.0.0: {}

  react@17.0.2: {}

---
${V9_0}`;

const LONG = `long@1.0.0(${"peer@1.0.0)(".repeat(100)}peer@1.0.0)`;

/** A key of more than 1,024 characters, before and after pnpm 9. */
export const LONG_KEYS = `lockfileVersion: '6.0'

packages:

  ? /${LONG}
  : resolution: {integrity: sha512-long==}
    dependencies:
      real: 1.0.0
    dev: true

  ? '/@s/${LONG}'
  : resolution:
      integrity: sha512-quoted==
    dev: false

  ? /empty-${LONG}
  : {}

  /real@1.0.0:
    resolution: {integrity: sha512-real==}
    dev: true
`;

export const FIXTURES: readonly (readonly [string, string])[] = [
  ["5.0", V5_0],
  ["5.4", V5_4],
  ["6.0", V6_0],
  ["9.0", V9_0],
  ["several documents", SEVERAL],
  ["long keys", LONG_KEYS],
];
