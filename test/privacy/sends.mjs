/**
 * Loaded into a process before its own code (`NODE_OPTIONS=--import`): writes a line to the file that DEPWARDEN_SENDS
 * names for every attempt to reach something over the network, and for every program that is started.
 */
import { ChildProcess } from "node:child_process";
import dgram from "node:dgram";
import dns from "node:dns";
import { appendFileSync } from "node:fs";
import http2 from "node:http2";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import tls from "node:tls";

const file = process.env.DEPWARDEN_SENDS;
const say = (what, to) => appendFileSync(file, `${what} ${to}\n`);

/** Calls through to `object[name]` when `describe` has told what it is about to do. */
function watch(object, name, what, describe) {
  const original = object[name];
  object[name] = function watched(...args) {
    say(what, describe(args));
    return Reflect.apply(original, this, args);
  };
}

/** `connect(options)`, `connect(port, host)`, `connect(path)`, or the arguments that net has put in order already. */
function address(args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === "object" && first !== null)
    return first.path ?? `${first.host ?? first.servername ?? "localhost"}:${first.port}`;
  return typeof first === "string" && Number.isNaN(Number(first))
    ? first
    : `${typeof second === "string" ? second : "localhost"}:${first}`;
}

// Every TCP connection, pipe and TLS socket begins here, whoever makes it: http, https, fetch.
watch(net.Socket.prototype, "connect", "connect", address);
watch(tls, "connect", "tls", address);
watch(http2, "connect", "http2", ([authority]) => String(authority));
watch(dgram.Socket.prototype, "send", "datagram", (args) =>
  args
    .slice(1)
    .filter((arg) => typeof arg !== "function")
    .join(" "),
);
watch(dgram.Socket.prototype, "connect", "datagram", (args) => args.join(" "));
for (const holder of [dns, dns.promises]) {
  for (const name of Object.keys(holder)) {
    if (/^(lookup|lookupService|resolve\w*|reverse)$/.test(name)) watch(holder, name, "dns", ([host]) => String(host));
  }
}
for (const resolver of [dns.Resolver, dns.promises.Resolver]) {
  for (const name of Object.getOwnPropertyNames(resolver.prototype)) {
    if (/^(resolve\w*|reverse)$/.test(name)) watch(resolver.prototype, name, "dns", ([host]) => String(host));
  }
}
watch(ChildProcess.prototype, "spawn", "program", ([options]) => options.file);
syncBuiltinESMExports();
say("watching", process.pid);
