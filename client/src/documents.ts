/** The files that the server reads. */
export const DOCUMENTS =
  "**/{package.json,package-lock.json,npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml,pnpm-lock.*.yaml,bun.lock,bun.lockb,.npmrc,pnpm-workspace.yaml,.yarnrc.yml,.yarnrc,bunfig.toml}";
