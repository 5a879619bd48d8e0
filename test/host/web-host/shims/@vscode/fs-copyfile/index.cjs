// Stands in for the native copy-on-write copy, whose install compiles C++ and which on Linux is
// Node's own anyway. VS Code's git extension does not start without it.
const { constants } = require("node:fs");
const { copyFile, cp } = require("node:fs/promises");

module.exports = { constants, copyFile, cp, isCloneSupported: async () => false };
