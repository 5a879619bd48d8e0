import { exactVersion } from "../exact-version.ts";
import { named } from "../truncation.ts";
import type { Problems } from "../problems.ts";
import { PASS_STRIDE, type Task } from "../../task.ts";
import type { Entry } from "./entry.ts";
import type { Tree } from "./packages.ts";
import type { Place } from "./place.ts";

/** What is wrong with entries, each with its words for a person. */
const CHECKS: readonly {
  readonly isWrong: (place: Place, entry: Entry) => boolean;
  readonly says: (which: string) => string;
  /** Also of the project's own entry. */
  readonly isOfRoot?: true;
}[] = [
  {
    isOfRoot: true,
    isWrong: (_place, { isMistyped }) => isMistyped,
    says: (which) => `it has values of a kind that npm does not write, and may follow all the same (${which})`,
  },
  {
    isWrong: (_place, { hasUnwritten }) => hasUnwritten,
    says: (which) => `it has members that npm does not write, and follows all the same (${which})`,
  },
  {
    // npm installs such an entry from its address, whatever that leads to, or leaves it out where it has none.
    isWrong: ({ id }) => id === -1,
    says: (which) => `it locks packages without a version (${which})`,
  },
  {
    // No registry lists such a version, and npm may install another in its place. A folder or git may have any.
    isWrong: ({ level }, { version, resolved, link }) =>
      level > 0 &&
      !link &&
      version !== null &&
      version.value !== "" &&
      (resolved === null || resolved === "" ? !version.value.includes(":") : HTTP.test(resolved)) &&
      exactVersion(version.value) === null,
    says: (which) => `it locks packages to something that is not an exact version (${which})`,
  },
  {
    // npm 7 and newer refuse the whole lockfile, and may then install what the registry has today.
    isWrong: (_place, { link, resolved }) => link && (resolved === null || resolved === "" || SCHEME.test(resolved)),
    says: (which) => `it links packages to something that is no folder (${which})`,
  },
  {
    // npm installs nothing there. A file system that ignores case may take the folder for another.
    isWrong: ({ level }, { resolved, integrity }) =>
      level === 0 && (integrity !== null || (SCHEME.test(resolved ?? "") && !FILE.test(resolved ?? ""))),
    says: (which) => `it locks packages outside of node_modules (${which})`,
  },
  {
    // npm reads that lockfile when it has unpacked the package, and installs what it says in place of what is locked
    // below the package here, which may be forged. Tried: npm 11.19.
    isWrong: ({ level }, { hasShrinkwrap }) => hasShrinkwrap && level > 0,
    says: (which) => `packages bring lockfiles of their own, and npm installs what those lock (${which})`,
  },
];

const SCHEME = /^[a-z][a-z\d+.-]*:/i;
const HTTP = /^https?:/i;
const FILE = /^file:/i;

/** Reports entries that say where a package comes from in a way that npm does not write. */
export function* checkEntries(tree: Tree, problems: Problems): Task<void> {
  const wrong = CHECKS.map((): Place[] => []);
  for (const [index, place] of tree.places.entries()) {
    if (index % PASS_STRIDE === 0) yield;
    const { entry } = place;
    if (entry === null) continue;
    const isRoot = place === tree.root;
    for (const [nth, { isWrong, isOfRoot }] of CHECKS.entries())
      if ((!isRoot || isOfRoot === true) && isWrong(place, entry)) wrong[nth]?.push(place);
  }
  for (const [nth, { says }] of CHECKS.entries()) {
    const [first] = wrong[nth] ?? [];
    if (first !== undefined)
      problems.add(
        "unsupported",
        says(named(first.path === "" ? "the project" : first.path, wrong[nth]?.length ?? 1)),
        first.nameSpan,
      );
  }
}
