// What may import what, as `npm run lint` checks it. Types count: they tie files together too.
// https://github.com/sverweij/dependency-cruiser/blob/main/doc/rules-reference.md

/** The core's folders, from the ground up: each imports only from those before it. */
const FLOORS = [
  "util",
  "documents",
  "config",
  "facts",
  "project",
  "policy",
  "edits",
  "fixes",
  "rules",
  "settings",
  "engine",
  "report",
];

/** The programs themselves, which put the core, io and a front together. */
const PROGRAMS = "server/src/(server|serve|server-main|cli-main|cli-world)\\.ts$";
const VSCODE = "(^|/)node_modules/(@types/)?vscode|^vscode";

/** Files of a path import nothing of some others. */
function never(name, from, to, comment) {
  return { name, severity: "error", comment, from: { path: from }, to };
}

const ONE_WAY = "Imports go one way: lsp, cli → core ← io.";
const PURE = "The core knows neither VS Code nor Node: take it through a port.";

export default {
  forbidden: [
    {
      name: "no-circles",
      severity: "error",
      comment: "Files that import each other can only be read, moved and tested together.",
      from: {},
      to: { circular: true },
    },
    ...FLOORS.slice(0, -1).map((floor, index) =>
      never(
        `core-${floor}`,
        `^server/src/core/${floor}/`,
        { path: `^server/src/core/(${FLOORS.slice(index + 1).join("|")})/` },
        `The core's floors, from the ground up: ${FLOORS.join(", ")}.`,
      ),
    ),
    never("core-direction", "^server/src/core/", { path: "^(server/src/(io|lsp|cli)|client)/" }, ONE_WAY),
    never("core-node", "^(server/src/core|common)/", { dependencyTypes: ["core"] }, PURE),
    never("core-vscode", "^(server/src/core|common)/", { path: VSCODE }, PURE),
    never("io-direction", "^server/src/io/", { path: "^(server/src/(lsp|cli)|client)/" }, ONE_WAY),
    never("io-vscode", "^server/src/io/", { path: VSCODE }, "io serves every front."),
    never("lsp-direction", "^server/src/lsp/", { path: "^(server/src/(io|cli)|client)/" }, ONE_WAY),
    never("cli-direction", "^server/src/cli/", { path: "^(server/src/(io|lsp)|client)/" }, ONE_WAY),
    never("client", "^client/", { path: "^server/" }, "The client talks LSP only."),
    never("common", "^common/", { path: "^(server|client)/" }, "It belongs to both."),
    never(
      "programs",
      "^(server/src/(core|io|lsp|cli)|client|common)/",
      { path: PROGRAMS },
      "Nothing imports a program.",
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "types"] },
  },
};
