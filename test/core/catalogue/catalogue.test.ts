import { describe, expect, it } from "vitest";
import { openCatalogue } from "../../../server/src/core/catalogue/catalogue.ts";
import { catalogueFile, disputedFile, pairs } from "./data.ts";

const catalogue = openCatalogue();

describe("openCatalogue", () => {
  it("finds every version of the file, under its incident and with its ids", () => {
    for (const { incident, name, version, ids } of pairs) {
      const found = catalogue.advisories(name, version);
      const [id = incident, ...aliases] = ids;
      expect(found, `${name} ${version}`).toContainEqual(
        expect.objectContaining({ id, aliases, source: "catalogue", malware: true }),
      );
      expect(
        found.every(({ affected }) => affected.versions.includes(version)),
        `${name} ${version}`,
      ).toBe(true);
      expect(catalogue.incidentsOf(name, version).map((one) => one.id)).toContain(incident);
    }
  });

  it("tells axios 1.14.1 as it was", () => {
    expect(catalogue.advisories("axios", "1.14.1")).toEqual([
      {
        id: "MAL-2026-2307",
        aliases: ["GHSA-fw8c-xr5c-95f9"],
        source: "catalogue",
        malware: true,
        summary:
          "axios 1.14.1 and 0.30.4, published from a hijacked account, add plain-crypto-js, which installs a remote-access trojan",
        url: "https://osv.dev/vulnerability/MAL-2026-2307",
        published: Date.UTC(2026, 2, 31, 3, 15),
        affected: { versions: ["0.30.4", "1.14.1"], ranges: [] },
      },
    ]);
  });

  it("links the GitHub advisory where there is no MAL id, and the first public page where there is neither", () => {
    expect(catalogue.advisories("rc", "2.3.9")[0]).toMatchObject({
      id: "GHSA-g2q5-5433-rhrf",
      url: "https://github.com/advisories/GHSA-g2q5-5433-rhrf",
    });
    expect(catalogue.advisories("@hasna/mementos", "0.14.33")[0]).toMatchObject({
      id: "hasna-mementos-2026-05",
      aliases: [],
      url: "https://andreihasna.com/blog/surviving-a-package-hijack",
    });
  });

  it("gives node-ipc 10.1.1 and 9.2.2 the advisory of each", () => {
    expect(catalogue.advisories("node-ipc", "10.1.1").map(({ id, aliases }) => [id, ...aliases])).toEqual([
      ["GHSA-97m3-w2cp-4xx6", "CVE-2022-23812"],
    ]);
    expect(catalogue.advisories("node-ipc", "9.2.2").map(({ id }) => id)).toEqual(["GHSA-8gr3-2gjw-jj7g"]);
    expect(catalogue.advisories("node-ipc", "11.0.0").map(({ id }) => id)).toEqual(["node-ipc-2022"]);
  });

  it("says so where one list only names a version", () => {
    expect(catalogue.advisories("rand-user-agent", "2.0.83")[0]?.summary).toMatch(/named by one list only\)$/);
    expect(catalogue.advisories("chalk", "5.6.1")[0]?.summary).not.toMatch(/one list/);
  });

  it.each([
    ["fetch-page-assets", "1.2.9", "MAL-2026-6358"],
    ["fetch-page-assets", "1.2.14", "MAL-2026-6358"],
    ["html-to-gutenberg", "4.2.11", "MAL-2026-6359"],
    ["html-to-gutenberg", "4.2.16", "MAL-2026-6359"],
    ["art-template", "4.13.7", "GHSA-2jwj-r853-cwhh"],
    ["@acitons/artifact", "4.0.14", "MAL-2025-49393"],
    ["@tiledesk/tiledesk-server", "2.18.8", "tiledesk-2026-05"],
    ["@rxap/ngx-bootstrap", "19.0.3", "MAL-2025-47455"],
    ["easy-day-js", "1.11.22", "MAL-2026-5979"],
  ])("names %s %s by %s", (name, version, id) => {
    expect(catalogue.advisories(name, version)).toMatchObject([{ id, malware: true }]);
  });

  it.each([
    ["axios", "1.14.0"],
    ["axios", "1.14.2"],
    ["axios", ""],
    ["", "1.14.1"],
    ["", ""],
    ["__proto__", "1.0.0"],
    ["constructor", "1.0.0"],
    ["constructor", "name"],
    ["toString", "length"],
    ["axios", "__proto__"],
    ["AXIOS", "1.14.1"],
  ])("knows nothing against %j %j", (name, version) => {
    expect(catalogue.advisories(name, version)).toEqual([]);
    expect(catalogue.incidentsOf(name, version)).toEqual([]);
    expect(catalogue.lastGood(name, version)).toBeNull();
    expect(catalogue.disputed(name, version)).toBeNull();
  });

  it("holds every incident of the file, and dates from its date", () => {
    expect(catalogue.incidents).toHaveLength(catalogueFile.counts.incidents);
    expect(catalogue.asOf).toBe(Date.UTC(2026, 8, 29));
  });
});

describe("lastGood", () => {
  it.each([
    ["axios", "1.14.1", "1.14.0"],
    ["axios", "0.30.4", "0.30.3"],
    ["xrpl", "2.14.2", "2.14.1"],
    ["xrpl", "4.2.4", "4.2.0"],
    ["@ctrl/tinycolor", "4.1.2", "4.1.0"],
    ["eslint-config-prettier", "8.10.1", "8.10.0"],
    ["eslint-config-prettier", "9.1.1", "9.1.0"],
    ["eslint-config-prettier", "10.1.7", "10.1.5"],
    ["fetch-page-assets", "1.2.13", "1.2.8"],
    ["html-to-gutenberg", "4.2.12", "4.2.10"],
    ["art-template", "4.13.5", "4.13.2"],
  ])("of %s %s is %s", (name, version, good) => {
    expect(catalogue.lastGood(name, version)).toBe(good);
  });

  it("is null where it would step over a major, or up", () => {
    expect(catalogue.lastGood("debug", "4.4.2")).toBeNull();
    expect(catalogue.lastGood("nx", "20.9.0")).toBeNull();
    expect(catalogue.lastGood("axios", "1.14.0")).toBeNull();
  });
});

describe("disputed", () => {
  it("has a reason for every version of the file, and no advisory", () => {
    for (const { name, versions, reason } of disputedFile) {
      for (const version of versions) {
        expect(catalogue.disputed(name, version)).toBe(reason);
        expect(catalogue.advisories(name, version)).toEqual([]);
      }
    }
  });

  // What the incidents' reports say must not be called malicious.
  it.each([
    ["jscrambler", "8.15.0"],
    ["jscrambler", "8.22.0"],
    ["plain-crypto-js", "4.2.0"],
    ["easy-day-js", "1.11.21"],
    ["@emilgroup/auth-sdk-node", "1.25.0"],
    ["@emilgroup/auth-sdk-node", "1.26.0"],
    ["@emilgroup/auth-sdk-node", "1.28.0"],
    ["@emilgroup/auth-sdk-node", "1.28.1-beta.0"],
    ["@keyv/mongo", "6.0.0"],
    ["@keyv/redis", "6.0.0"],
    ["@keyv/sqlite", "6.0.0"],
    ["stylus", "0.64.0"],
    ["base58-utils", "1.0.2"],
    ["@pkgr/core", "0.2.9"],
    ["synckit", "0.11.10"],
    ["@elsedev/react-csr-sdk", "1.0.17"],
    ["cbre-flow-common", "99.2.0"],
    ["utilitas", "2000.3.10"],
    ["html-to-gutenberg", "4.2.14"],
    ["art-template", "4.13.4"],
    ["@ctrl/deluge", "1.2.0"],
    ["@hestjs/core", "1.0.2"],
    ["@nativescript-community/ui-material-core", "7.2.49"],
  ])("knows %s %s", (name, version) => {
    expect(catalogue.disputed(name, version)).not.toBeNull();
    expect(catalogue.advisories(name, version)).toEqual([]);
  });

  it("does not extend to the compromised versions beside them", () => {
    expect(catalogue.disputed("plain-crypto-js", "4.2.1")).toBeNull();
    expect(catalogue.disputed("jscrambler", "8.14.0")).toBeNull();
  });
});

describe("at an earlier moment", () => {
  it("does not know axios 1.14.1 at 02:00 on the day, and does an hour and a quarter later", () => {
    const before = openCatalogue(Date.UTC(2026, 2, 31, 2));
    expect(before.advisories("axios", "1.14.1")).toEqual([]);
    expect(before.incidentsOf("axios", "1.14.1")).toEqual([]);
    expect(before.lastGood("axios", "1.14.1")).toBeNull();
    expect(before.incidents.map(({ id }) => id)).not.toContain("axios-2026-03");
    expect(before.asOf).toBe(Date.UTC(2026, 2, 31, 2));
    const after = openCatalogue(Date.UTC(2026, 2, 31, 3, 15));
    expect(after.advisories("axios", "1.14.1")).toHaveLength(1);
    expect(after.lastGood("axios", "1.14.1")).toBe("1.14.0");
  });

  it("still knows what came before", () => {
    expect(openCatalogue(Date.UTC(2026, 2, 31, 2)).advisories("chalk", "5.6.1")).toHaveLength(1);
    expect(openCatalogue(Date.UTC(2018, 0, 1)).incidents).toEqual([]);
  });

  it("is no newer than its material, whenever it is asked", () => {
    expect(openCatalogue(Date.UTC(2030, 0, 1)).asOf).toBe(Date.UTC(2026, 8, 29));
  });
});
