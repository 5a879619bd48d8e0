/** Measures the format named by the first argument, of the sizes that follow, and sends its rows to its parent. */
import { rowsOfFormat } from "./reader.ts";

const [title = "", ...sizes] = process.argv.slice(2);
process.send?.(rowsOfFormat(title, sizes.map(Number)));
