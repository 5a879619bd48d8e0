import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  hashesOf,
  isConfirmed,
  lockedHashes,
  statedHashes,
  strongest,
} from "../../../server/src/core/facts/integrity.ts";

/** As npm has them: https://github.com/npm/ssri, `DEFAULT_PRIORITY`; any other is weaker. */
const WEAKEST_FIRST = ["crc32", "md5", "whirlpool", "sha1", "sha224", "sha256", "sha384", "sha512"];

describe("an integrity", () => {
  it("is read as hashes, whatever else stands there", () => {
    const sha512 = { algorithm: "sha512", digest: "A+/=" };
    expect(hashesOf("sha512-A+/=")).toEqual([sha512]);
    expect(hashesOf("  sha512-A+/=?opt?more\n\tsha1-B  ")).toEqual([sha512, { algorithm: "sha1", digest: "B" }]);
    expect(hashesOf("sha512-A+/=?")).toEqual([sha512]);
    for (const other of ["", " ", "sha512", "sha512-", "-A", "SHA512-A", "x.sha512-A"])
      expect(hashesOf(other)).toEqual([]);
  });

  it("counts by its strongest algorithm", () => {
    const hash = (algorithm: string, digest = "A") => ({ algorithm, digest });
    for (const [at, strong] of WEAKEST_FIRST.entries()) {
      for (const weak of WEAKEST_FIRST.slice(0, at)) {
        expect(strongest([hash(weak), hash(strong), hash(strong, "B")])).toEqual([hash(strong), hash(strong, "B")]);
      }
    }
    expect(strongest([])).toEqual([]);
    expect(strongest([hash("crc32"), hash("other")])).toEqual([hash("crc32"), hash("other")]);
  });
});

describe("the SHA-1 that a registry states, or Yarn 1 behind an address", () => {
  const hexes = Array.from({ length: 50 }, (_, seed) => createHash("sha1").update(String(seed)).digest("hex"));

  it("is the same as in an integrity", () => {
    for (const hex of hexes) {
      const sha1 = { algorithm: "sha1", digest: Buffer.from(hex, "hex").toString("base64") };
      const resolved = `https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#${hex}`;
      expect(statedHashes({ integrity: null, shasum: hex })).toEqual([sha1]);
      expect(lockedHashes({ format: "yarn-classic", integrity: null, resolved })).toEqual([sha1]);
      expect(lockedHashes({ format: "yarn-classic", integrity: null, resolved: resolved.toUpperCase() })).toEqual([
        sha1,
      ]);
    }
  });

  it("is read only where all of it stands at the end, and in no other format", () => {
    const [hex = ""] = hexes;
    const locked = (format: "npm" | "yarn-classic", resolved: string | null) =>
      lockedHashes({ format, integrity: null, resolved });
    expect(locked("npm", `a.tgz#${hex}`)).toEqual([]);
    expect(locked("yarn-classic", null)).toEqual([]);
    expect(locked("yarn-classic", `a.tgz#${hex}0`)).toEqual([]);
    expect(locked("yarn-classic", `a.tgz#${hex.slice(1)}`)).toEqual([]);
    expect(locked("yarn-classic", `a.tgz#${hex}.tgz`)).toEqual([]);
  });

  it("stands beside the hashes of the integrity", () => {
    const [hex = ""] = hexes;
    const both = [
      { algorithm: "sha512", digest: "A" },
      { algorithm: "sha1", digest: Buffer.from(hex, "hex").toString("base64") },
    ];
    expect(statedHashes({ integrity: "sha512-A", shasum: hex })).toEqual(both);
    expect(lockedHashes({ format: "yarn-classic", integrity: "sha512-A", resolved: `a.tgz#${hex}` })).toEqual(both);
  });
});

describe("what is locked", () => {
  const confirmed = (locked: string | null, stated: string | null) =>
    isConfirmed({ format: "npm", integrity: locked, resolved: null }, { integrity: stated, shasum: null });

  it.each([
    ["sha512-A", "sha512-A", true],
    ["sha512-A", "sha512-B", false],
    ["sha512-A", "sha1-A", false],
    ["sha512-A sha1-B", "sha512-A sha1-C", true],
    ["sha512-A sha1-B", "sha512-C sha1-B", false],
    ["sha512-A sha512-B", "sha512-A", false],
    ["sha512-A sha512-B", "sha512-A sha512-B", true],
    ["", "sha512-A", false],
    [null, "sha512-A", false],
    ["sha512-A", null, false],
  ])("%j is confirmed by %j: %s", (locked, stated, is) => {
    expect(confirmed(locked, stated)).toBe(is);
  });
});
