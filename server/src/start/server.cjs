/** dist/server.js: starts the language server. */
void import("./modules/server.mjs");
