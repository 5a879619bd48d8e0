#!/usr/bin/env node
/** dist/cli.js: starts the command line. */
void import("./modules/cli.mjs");
