/** What a hover says of a release is in test/rules/cases; here: that nothing foreign in it comes alive. */
import { describe, expect, it } from "vitest";
import { hoverMarkdown } from "../../server/src/core/report/hover.ts";
import { inspect } from "./world/inspect.ts";
import { testPorts } from "./world/ports.ts";
import type { WorldInput } from "./world/schema.ts";

const NASTY = [
  "[x](command:foo)",
  "![x](https://evil.example/p.png)",
  "<img src=x>",
  "https://evil.example www.evil.example",
  "```\n[x](command:foo)\n```",
  "`` ` ``",
  "\u202e[x](y)\u2066",
  "a\n\n# b\n- c",
  "$(zap)",
  "\\",
  "&lt;",
];

async function hoverOf(world: WorldInput, version: string, path: readonly string[]): Promise<string> {
  const lockfile = {
    lockfileVersion: 3,
    packages: { "": { dependencies: { alpha: "*" } }, "node_modules/alpha": { version } },
  };
  const { report } = await inspect(
    testPorts({
      now: "2026-06-04T00:00:00Z",
      world,
      files: new Map([["package-lock.json", JSON.stringify(lockfile)]]),
    }),
  );
  const [judged] = report.judged;
  if (judged === undefined) throw new Error("nothing was judged");
  return hoverMarkdown({ judged, path, now: report.context.now });
}

/** Markdown without its code blocks and its escaped characters: what is left could be markup. */
function live(markdown: string): string {
  return markdown.replace(/^(`{3,})\n[\s\S]*?\n\1$/gm, "").replace(/\\[!-/:-@[-`{-~]/g, "");
}

const OURS =
  /\[[a-zA-Z0-9-]*\]\((https:\/\/(github\.com\/depwarden\/depwarden\/blob\/main\/docs\/rules\/[a-z-]+\.md|osv\.dev\/vulnerability\/[A-Z0-9-]+))\)/g;

describe("a hover", () => {
  it.each(NASTY)("makes nothing of %j, wherever a registry or an advisory says it", async (nasty) => {
    const markdown = await hoverOf(
      {
        packages: {
          alpha: {
            "1.0.0": "2026-01-01",
            "1.0.1": {
              at: "2026-06-03",
              publisher: { name: nasty, trustedPublisher: nasty },
              deprecated: nasty,
              scripts: { postinstall: nasty },
            },
          },
        },
        advisories: [{ id: "MAL-2026-1", package: "alpha", versions: ["1.0.1"], summary: nasty }],
        advisoriesDown: null,
      },
      "1.0.1",
      ["app", nasty, "alpha"],
    );
    expect(markdown).toContain("Install scripts:");
    expect(markdown).toContain("Advisories:");
    const rest = live(markdown).replace(OURS, "");
    expect(rest).not.toMatch(/[[\]<>`$|#&]|https?:|www\.|^ {4}|^\t/m);
    expect(markdown).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  });

  it("makes nothing of a locked version that is no version", async () => {
    const rest = live(
      await hoverOf({ packages: { alpha: { "1.0.0": "2026-01-01" } } }, "[1](command:x)", ["app", "alpha"]),
    ).replace(OURS, "");
    expect(rest).not.toMatch(/[[\]<>`]/);
  });

  it("says so where the registry tells no age, no scripts and no publisher", async () => {
    const hover = await hoverOf({ registryDown: ["http", "registry.npmjs.org answered 503"] }, "1.0.0", [
      "app",
      "alpha",
    ]);
    expect(hover.split("\n").slice(0, 2)).toEqual([
      "**alpha 1\\.0\\.0**  ",
      "Age not known: registry\\.npmjs\\.org answered 503",
    ]);
    expect(hover).not.toContain("No install scripts");
    expect(hover).not.toContain("No findings");
  });

  it("names the trusted publisher and the provenance", async () => {
    const world = {
      packages: {
        alpha: {
          "1.0.0": {
            at: "2026-01-01",
            publisher: { name: "GitHub Actions", trustedPublisher: "oidc:1" },
            provenance: true,
          },
        },
      },
    };
    expect(await hoverOf(world, "1.0.0", ["app", "alpha"])).toContain(
      "by GitHub Actions (trusted publisher), with provenance",
    );
  });
});
