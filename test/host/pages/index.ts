import { activation } from "./activation.ts";
import { allow } from "./allow.ts";
import { log } from "./log.ts";
import { restricted } from "./restricted.ts";
import { sample } from "./sample.ts";
import { unusual } from "./unusual.ts";
import type { PageTest } from "./page-test.ts";

/** All page tests. */
export const pageTests: readonly PageTest[] = [...activation, ...sample, ...allow, ...restricted, ...unusual, ...log];
