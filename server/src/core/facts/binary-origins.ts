/**
 * Where install scripts fetch binaries from, by what the manifest tells their tools. Somebody who may publish a release can
 * lead them to another host without a word in any script.
 */
import { parsedUrl } from "../util/url.ts";
import { PATH_STYLE } from "./binary-sources.ts";
import { commandsCalled } from "./called-commands.ts";
import { installScripts } from "./install-scripts.ts";
import type { ScriptName } from "./install-scripts.ts";
import type { ReleaseFacts } from "./package.ts";

/** Where the install scripts of a release fetch a binary from by now, and no longer do; each as `originOf` has it. */
export interface MovedBinary {
  /** The script that fetches it: one that calls a tool for that, else the first. */
  readonly script: ScriptName;
  /** At least one. */
  readonly to: readonly string[];
  readonly from: readonly string[];
}

/**
 * null where the fields of `release` lead its tools to no other place than those of `before` would, and where one of them
 * runs no script: that its scripts call another tool is another matter.
 */
export function movedBinary(release: ReleaseFacts, before: ReleaseFacts | null): MovedBinary | null {
  const [first] = installScripts(release).keys();
  if (before === null || first === undefined || installScripts(before).size === 0) return null;
  const tools = toolsOf(release);
  const now = originsOf(release, tools);
  const [known, were] = [originsOf(before, tools), originsOf(before, toolsOf(before))];
  // The same host with TLS is no other.
  const isKnown = (origin: string): boolean => [origin, `${WITHOUT_TLS}${origin}`].some((one) => known.has(one));
  const to = [...now].filter((origin) => !isKnown(origin) && !were.has(origin));
  if (to.length === 0) return null;
  return { script: tools.script ?? first, to, from: [...were].filter((origin) => !now.has(origin)) };
}

/** Which of the tools that take a binary from the releases of a GitHub repository its scripts may run. */
interface Tools {
  readonly prebuildInstall: boolean;
  readonly installFromCache: boolean;
  /** The script that calls a tool by name; null where none does. */
  readonly script: ScriptName | null;
}

/** A script may run a file that runs what the release depends on. */
function toolsOf(release: ReleaseFacts): Tools {
  const called = commandsCalled(release);
  const { dependencies } = release;
  return {
    prebuildInstall: called.has("prebuild-install") || dependencies.has("prebuild-install"),
    installFromCache: called.has("install-from-cache") || dependencies.has("install-artifact-from-github"),
    script: FETCHERS.map((tool) => called.get(tool)).find((script) => script !== undefined) ?? null,
  };
}

function originsOf({ binarySources: sources }: ReleaseFacts, tools: Tools): ReadonlySet<string> {
  const hosts = HOSTS.flatMap((field) => sources.get(`binary.${field}`) ?? []);
  const addresses = hosts.flatMap((host) => addressesBehind(host, sources));
  const url = sources.get("goBinary.url");
  if (url !== undefined) addresses.push(url);
  const repository = sources.get("repository");
  if (tools.prebuildInstall && !sources.has("binary.host"))
    addresses.push(repository === undefined ? UNNAMED : GITHUB + repository);
  const own = sources.get("github") ?? repository;
  if (tools.installFromCache && own !== undefined) addresses.push(GITHUB + own);
  return new Set(addresses.map(originOf));
}

const FETCHERS = ["node-pre-gyp", "prebuild-install", "install-from-cache", "go-npm"] as const;
const HOSTS = ["host", "production_host", "staging_host", "development_host"] as const;
const GITHUB = "https://github.com/";
/** github-from-package then takes one from any other field. */
const UNNAMED = "a repository that its record does not name";
const WITHOUT_TLS = "http://";

/**
 * The addresses that node-pre-gyp and prebuild-install make of a host. The fields behind it may be addresses of their own:
 * node-pre-gyp resolves them against it, prebuild-install joins all.
 */
function addressesBehind(written: string, sources: ReadonlyMap<string, string>): readonly string[] {
  const field = (name: string): string => sources.get(`binary.${name}`) ?? "";
  // node-pre-gyp fills them in: lib/util/versioning.js.
  const filled = (text: string): string =>
    text.replace(/\{(module_name|bucket|region)\}/g, (whole, name: string) => sources.get(`binary.${name}`) ?? whole);
  const path = filled(field("remote_path"));
  const file = filled(
    sources.get("binary.package_name") ?? (sources.has("binary.module_name") ? "{module_name}-v" : ""),
  );
  const host = filled(written);
  const isPathStyle = sources.has(PATH_STYLE);
  const base = parsedUrl(host.endsWith("/") ? host : `${host}/`)?.href;
  const folder = (isPathStyle ? `${field("bucket")}/${path}` : path).replaceAll("//", "/");
  const resolved = parsedUrl(file, parsedUrl(folder, base)?.href)?.href;
  const joined = [host, path, file].map((part) => part.replace(/^\.?\/|\/$/g, "")).filter((part) => part !== "");
  // What cannot be resolved is told by its text.
  return [resolved ?? host, ...(isPathStyle ? [] : [joined.join("/")])];
}

/** Hosts that serve what belongs to many: how many parts of the path say whose it is. */
const SHARED: ReadonlyMap<string, number> = new Map([
  ...["github.com", "raw.githubusercontent.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com"].map(
    (host) => [host, 1] as const,
  ),
  ...["storage.googleapis.com", "unpkg.com", "huggingface.co", "dl.bintray.com"].map((host) => [host, 1] as const),
  ...["cdn.jsdelivr.net", "registry.npmmirror.com", "cdn.npmmirror.com", "npmmirror.com", "sourceforge.net"].map(
    (host) => [host, 2] as const,
  ),
  ...["downloads.sourceforge.net", "api.github.com"].map((host) => [host, 2] as const),
]);

/** The host, and whose part of it where many share one: "files.example", "github.com/owner". */
function originOf(address: string): string {
  const url = parsedUrl(address);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return address;
  const parts = url.pathname.split("/").filter((part) => part !== "");
  const owner = parts.slice(0, SHARED.get(url.host) ?? 0).map((part) => part.replace(/(?<=.)@.*/, "").toLowerCase());
  const whose = bucketOf(url.host, parts) ?? [url.host, ...owner].join("/");
  return `${url.protocol === "http:" ? WITHOUT_TLS : ""}${whose}`;
}

/** Amazon's storage has a bucket before the host or in the path, and regions in the host. */
function bucketOf(host: string, path: readonly string[]): string | null {
  const labels = host.split(".");
  const at = labels.findLastIndex((label) => label === "s3" || label.startsWith("s3-"));
  if (at === -1 || !/\.amazonaws\.com(?:\.cn)?$/.test(host)) return null;
  const bucket = at === 0 ? path[0] : labels.slice(0, at).join(".");
  return bucket === undefined ? null : `${bucket}.s3.amazonaws.com`;
}
