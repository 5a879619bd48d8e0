/** Measures the format named by the argument, and sends its rows to the process that asked for them. */
import { rowsOfFormat } from "./reader.ts";

process.send?.(rowsOfFormat(process.argv[2] ?? ""));
