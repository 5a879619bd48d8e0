// Stands in for the native logger of the same name, whose install compiles C++. Without any, VS
// Code's server drops every log, and an extension's output channels (which are logs) stay empty.
// Interface: https://github.com/microsoft/node-spdlog/blob/main/index.d.ts
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

const levels = ["trace", "debug", "info", "warning", "error", "critical", "off"];

class Logger {
  #file;
  #level = levels.indexOf("info");
  #plain = false;

  constructor(file) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
  }
  getLevel() {
    return this.#level;
  }
  setLevel(level) {
    this.#level = level;
  }
  setPattern() {}
  clearFormatters() {
    this.#plain = true;
  }
  flush() {}
  drop() {}

  #write(level, message) {
    if (levels.indexOf(level) < this.#level) return;
    const time = new Date().toISOString().replace("T", " ").replace("Z", "");
    try {
      appendFileSync(this.#file, this.#plain ? message : `${time} [${level}] ${message}\n`);
    } catch (error) {
      // The log folder is removed when the server ends; its last words may come after that.
      if (error.code !== "ENOENT") throw error;
    }
  }
  trace(message) {
    this.#write("trace", message);
  }
  debug(message) {
    this.#write("debug", message);
  }
  info(message) {
    this.#write("info", message);
  }
  warn(message) {
    this.#write("warning", message);
  }
  error(message) {
    this.#write("error", message);
  }
  critical(message) {
    this.#write("critical", message);
  }
}

export function setFlushOn() {}
export async function createAsyncRotatingLogger(_name, file) {
  return new Logger(file);
}
export const createRotatingLogger = createAsyncRotatingLogger;
