import type { Body, Entry } from "./body.ts";
import { nameEnd } from "./descriptor.ts";
import type { Identity } from "./identity.ts";

const PATH = /[/\\]|^\.\.?$/;
const SCOPED = /^@[^/\\]+\/(?=.)/;
const HEX = /^[0-9a-f]+$/i;

/**
 * Yarn 1 puts `name`, `uid` and what stands behind the `#` of `resolved` into the path of a folder in its cache as they
 * are, and installs from that folder where it is there: `uid "/../../proc/self/cwd/vendor"` is one of the repository.
 * `generateUniquePackageSlug` in src/config.js, `fetchCache` in src/package-fetcher.js. Tried: Yarn 1.22.22.
 */
export function checkCacheNames(body: Body, entry: Entry, { name, source, resolved }: Identity): void {
  const { uid, name: stated } = entry;
  const mark = resolved?.indexOf("#") ?? -1;
  const hash = resolved === null || mark === -1 ? "" : resolved.slice(mark + 1);
  const isRelease = source === "registry";
  const isWrong =
    // What is in a registry has its version for that.
    (uid !== null && (isRelease || PATH.test(uid))) ||
    (hash !== "" && (isRelease ? !HEX.test(hash) : hash.includes(".."))) ||
    (stated !== null &&
      ((isRelease && stated !== name && !isInKey(body, entry, stated)) || PATH.test(stated.replace(SCOPED, ""))));
  if (isWrong)
    body.syntax(
      "an entry that Yarn may install from elsewhere than its address says",
      entry.firstStart,
      entry.firstEnd,
    );
}

function isInKey(body: Body, entry: Entry, name: string): boolean {
  return body.descriptorsOf(entry).some((descriptor) => descriptor.slice(0, nameEnd(descriptor)) === name);
}
