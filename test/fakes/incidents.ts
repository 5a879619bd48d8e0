/**
 * The world around axios on 31 March 2026. The facts are those of the maintainers' account
 * (https://github.com/axios/axios/issues/10636), of the advisories named below, and of StepSecurity's report for the
 * registry metadata and the removal. Integrity values are the public registry's. Publish times of axios's earlier
 * releases are as a mirror gives them, which may be hours or days late. Nothing of the malicious code is here.
 */
import { malware, type FakeOsv, vulnerability } from "./osv.ts";
import type { ReleaseInput } from "./packument.ts";
import type { FakeRegistry } from "./registry.ts";
import { publishWithDependencies } from "./sample.ts";

export { sampleWorld } from "./sample.ts";

/** Moments (UTC) of the attack, and two to judge it from. */
export const AXIOS = {
  decoyPublished: "2026-03-30T05:57:00Z",
  dropperPublished: "2026-03-30T23:59:00Z",
  published: "2026-03-31T00:21:00Z",
  legacyPublished: "2026-03-31T01:00:00Z",
  removed: "2026-03-31T03:15:00Z",
  held: "2026-03-31T04:26:00Z",
  /** While both versions are served, and no advisory is known. */
  live: "2026-03-31T02:00:00Z",
  /** A day later: removed, and advised of. */
  after: "2026-04-01T12:00:00Z",
} as const;

export type Moment = "live" | "after";

/** Sets up (or moves on to) that moment. The 1.x line, the 0.x line, plain-crypto-js, and what axios needs. */
export function axiosWorld(registry: FakeRegistry, osv: FakeOsv, { moment }: { readonly moment: Moment }): void {
  publishWithDependencies(registry, ["follow-redirects", "form-data"]);
  registry.publish("proxy-from-env", "1.1.0", { at: "2020-03-04", integrity: PROXY_FROM_ENV_1_1_0 });
  publishWithDependencies(registry, ["proxy-from-env"]);
  for (const [version, release] of AXIOS_RELEASES) registry.publish("axios", version, release);
  registry.publish("plain-crypto-js", "4.2.0", { at: AXIOS.decoyPublished, ...PLAIN_CRYPTO_JS });
  registry.publish("plain-crypto-js", "4.2.1", {
    at: AXIOS.dropperPublished,
    ...PLAIN_CRYPTO_JS,
    scripts: { postinstall: "node setup.js" },
  });
  const advisories = knownAfterwards();
  for (const { id } of advisories) osv.remove(id);
  registry.clearAdvisories("axios");
  registry.clearAdvisories("plain-crypto-js");
  if (moment === "live") return;

  registry.unpublish("axios", "1.14.1");
  registry.unpublish("axios", "0.30.4");
  registry.distTag("axios", "latest", "1.14.0");
  registry.distTag("axios", "legacy", "0.30.3");
  registry.touch("axios", AXIOS.removed);
  registry.securityHold("plain-crypto-js", AXIOS.held, "0.0.1-security.0");
  osv.add(...advisories);
  registry.advise("axios", bulk("GHSA-fw8c-xr5c-95f9", "Malicious versions of axios", "=1.14.1 || =0.30.4"));
  registry.advise("plain-crypto-js", bulk("GHSA-2x9r-6wxq-hrr7", "Malware in plain-crypto-js", "=4.2.1"));
}

const PROXY_FROM_ENV_1_1_0 =
  "sha512-D+zkORCbA9f1tdWRK0RaCR3GPv50cMxcrz4X8k5LTSUD1Dkw47mKJEZQNunItRTkWwgtaUSo1RVFRIG9ZXiFYg==";

/** How the 1.x line is published: by a workflow that npm trusts, with provenance. */
const TRUSTED = {
  publisher: {
    name: "GitHub Actions",
    email: "npm-oidc-no-reply@github.com",
    trustedPublisher: "oidc:9061ef30-3132-49f4-b28c-9338d192a1a9",
  },
  provenance: true,
  scripts: { test: "npm run test:vitest", prepare: "husky" },
} as const;

/** The 0.x line was still published from an account. */
const ACCOUNT = { publisher: { name: "jasonsaayman" }, tag: "legacy" } as const;
const STOLEN = { publisher: { name: "jasonsaayman", email: "ifstap@proton.me" } } as const;
const PLAIN_CRYPTO_JS = {
  description: "JavaScript library of crypto standards.",
  publisher: { name: "nrwise", email: "nrwise@proton.me" },
} as const;

const NEEDS = { "follow-redirects": "^1.15.11", "form-data": "^4.0.5", "proxy-from-env": "^2.1.0" } as const;
const NEEDS_1_13 = { ...NEEDS, "proxy-from-env": "^1.1.0" } as const;
const NEEDS_OLDER = { "follow-redirects": "^1.15.6", "form-data": "^4.0.4", "proxy-from-env": "^1.1.0" } as const;
const NEEDS_0 = { "follow-redirects": "^1.15.4", "form-data": "^4.0.4", "proxy-from-env": "^1.1.0" } as const;

/** Oldest first, so that `latest` and `legacy` end where they stood while the attack was live. */
const AXIOS_RELEASES: readonly (readonly [string, ReleaseInput])[] = [
  [
    "0.30.2",
    {
      at: "2025-10-01T22:09:48Z",
      dependencies: NEEDS_0,
      ...ACCOUNT,
      integrity: "sha512-0pE4RQ4UQi1jKY6p7u6i1Tkzqmu+d+/tHS7Q7rKunWLB9WyilBTpHHpXzPNMDj5hTbK0B0PTLSz07yqMBiF6xg==",
    },
  ],
  [
    "1.13.2",
    {
      at: "2025-11-04T21:37:02Z",
      dependencies: NEEDS_OLDER,
      ...TRUSTED,
      integrity: "sha512-VPk9ebNqPcy5lRGuSlKx752IlDatOjT9paPlm8A7yOuW2Fbvp4X3JznJtT4f0GzGLLiWE9W8onz51SqLYwzGaA==",
    },
  ],
  [
    "1.13.4",
    {
      at: "2026-01-27T19:19:35Z",
      dependencies: NEEDS_OLDER,
      ...TRUSTED,
      integrity: "sha512-1wVkUaAO6WyaYtCkcYCOx12ZgpGf9Zif+qXa4n+oYzK558YryKqiL6UWwd5DqiH3VRW0GYhTZQ/vlgJrCoNQlg==",
    },
  ],
  [
    "1.13.5",
    {
      at: "2026-02-08T13:30:54Z",
      dependencies: NEEDS_1_13,
      ...TRUSTED,
      integrity: "sha512-cz4ur7Vb0xS4/KUN0tPWe44eqxrIu31me+fbang3ijiNscE129POzipJJA6zniq2C/Z6sJCjMimjS8Lc/GAs8Q==",
    },
  ],
  [
    "1.13.6",
    {
      at: "2026-02-27T18:06:26Z",
      dependencies: NEEDS_1_13,
      ...TRUSTED,
      integrity: "sha512-ChTCHMouEe2kn713WHbQGcuYrr6fXTBiu460OTwWrWob16g1bXn4vtz07Ope7ewMozJAnEquLk5lWQWtBig9DQ==",
    },
  ],
  [
    "0.30.3",
    {
      at: "2026-03-04T00:31:21Z",
      dependencies: NEEDS_0,
      ...ACCOUNT,
      integrity: "sha512-5/tmEb6TmE/ax3mdXBc/Mi6YdPGxQsv+0p5YlciXWt3PHIn0VamqCXhRMtScnwY3lbgSXLneOuXAKUhgmSRpwg==",
    },
  ],
  [
    "1.14.0",
    {
      at: "2026-03-27T21:18:09Z",
      dependencies: NEEDS,
      ...TRUSTED,
      integrity: "sha512-3Y8yrqLSwjuzpXuZ0oIYZ/XGgLwUIBU3uLvbcpb0pidD9ctpShJd43KSlEEkVQg6DS0G9NKyzOvBfUtDKEyHvQ==",
    },
  ],
  [
    "1.14.1",
    {
      at: AXIOS.published,
      dependencies: { ...NEEDS, "plain-crypto-js": "^4.2.1" },
      scripts: TRUSTED.scripts,
      ...STOLEN,
    },
  ],
  [
    "0.30.4",
    { at: AXIOS.legacyPublished, dependencies: { ...NEEDS_0, "plain-crypto-js": "^4.2.1" }, ...STOLEN, tag: "legacy" },
  ],
];

/** Which advisory came at which hour of the day is not in the sources: all are dated after the removal. */
function knownAfterwards() {
  const published = "2026-03-31T06:00:00Z";
  const axios = ["1.14.1", "0.30.4"];
  return [
    malware("MAL-2026-2307", "axios", axios, { published, aliases: ["GHSA-fw8c-xr5c-95f9"] }),
    malware("MAL-2026-2306", "plain-crypto-js", ["4.2.1"], { published, aliases: ["GHSA-2x9r-6wxq-hrr7"] }),
    vulnerability("GHSA-fw8c-xr5c-95f9", "axios", {
      published,
      versions: axios,
      aliases: ["MAL-2026-2307"],
      cwe: ["CWE-506"],
      severity: "CRITICAL",
      summary: "Malware in axios",
    }),
    vulnerability("GHSA-2x9r-6wxq-hrr7", "plain-crypto-js", {
      published,
      versions: ["4.2.1"],
      aliases: ["MAL-2026-2306"],
      cwe: ["CWE-506"],
      severity: "CRITICAL",
      summary: "Malware in plain-crypto-js",
    }),
  ];
}

function bulk(id: string, title: string, vulnerable: string) {
  return {
    url: `https://github.com/advisories/${id}`,
    title,
    severity: "critical",
    vulnerable_versions: vulnerable,
    cwe: ["CWE-506"],
  } as const;
}
