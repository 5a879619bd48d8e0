// Stands in for the native watchdog, whose install compiles C++: it ends an extension host that
// hangs after its server died. Here the whole process group is ended together instead.
exports.start = () => {};
