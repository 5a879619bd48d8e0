// The licences of all packages that esbuild bundled, as one text. Throws when a package's licence is unknown.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";

const PACKAGE_FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const LICENSE_FILE = /^(?:licen[cs]e|copying|notice)/i;
const HEADER = `Third-party notices

Depwarden's programs contain code of the packages below. Each is used under its own licence.
`;

/**
 * The folders of bundled packages, relative to the repository, sorted.
 * @param {readonly import("esbuild").Metafile[]} metafiles
 */
export function bundledPackages(metafiles) {
  const outputs = metafiles.flatMap(({ outputs }) => Object.values(outputs));
  const inputs = outputs.flatMap(({ inputs }) => Object.keys(inputs));
  return [...new Set(inputs.flatMap((input) => PACKAGE_FOLDER.exec(input)?.[0] ?? []))].sort();
}

/**
 * @param {string} root the repository
 * @param {readonly string[]} folders as `bundledPackages` gives them
 */
export function thirdPartyNotices(root, folders) {
  return [HEADER, ...folders.map((folder) => notice(join(root, folder)))].join(`\n${"-".repeat(80)}\n\n`);
}

function notice(folder) {
  const { name, version, license, author, repository } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = licenseTexts(folder);
  if (texts.length === 0) texts.push(standardText(name, license, author));
  const url = typeof repository === "string" ? repository : repository?.url;
  return `${[`${name} ${version} (${license})`, ...(url === undefined ? [] : [url])].join("\n")}\n\n${texts.join("\n\n")}\n`;
}

function licenseTexts(folder) {
  const names = readdirSync(folder)
    .filter((name) => LICENSE_FILE.test(name))
    .sort();
  return names.map((name) => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim());
}

/** Some packages name their licence without including its text. */
function standardText(name, license, author) {
  const known = createRequire(import.meta.url)("spdx-license-list/full")[license];
  if (known === undefined) throw new Error(`${name} has no licence text, and ${license} is no SPDX identifier`);
  const holder = typeof author === "string" ? author : author?.name;
  return `Copyright holder: ${holder ?? `the authors of ${name}`}\n\n${known.licenseText.trim()}`;
}
