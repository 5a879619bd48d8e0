import { DAY } from "../util/duration.ts";
import { earlierReleases } from "../facts/earlier.ts";
import { establishedBaseline } from "../facts/established.ts";
import type { ReleaseFacts } from "../facts/package.ts";
import { leastAge, releaseOf } from "../facts/subject.ts";
import type { Subject } from "../facts/subject.ts";
import { changeVersion } from "../fixes/change-version.ts";
import { oneLine } from "../util/sanitize.ts";
import { listed } from "../util/words.ts";
import { isRecent, isYoungerThan } from "./fresh.ts";
import type { Rule, RuleContext } from "./rule.ts";

/** A first release has no baseline; past this age its commands are not news any more. */
const YOUNG = 30 * DAY;

/**
 * What people, scripts and other programs run by name alone, and no package brings by chance. What shells do themselves
 * (`echo`, `test`) cannot be shadowed, and tools that come from npm (`tsc`) have forks under the same command.
 */
const COMMANDS: ReadonlySet<string> = new Set([
  // Run in each script of a project, with what it holds.
  ...["node", "nodejs", "npm", "npx", "corepack", "yarn", "yarnpkg", "pnpm", "pnpx", "bun", "bunx", "deno", "node-gyp"],
  // Given passwords, keys and tokens, or other machines.
  ...["git", "gh", "glab", "hg", "svn", "ssh", "scp", "sftp", "ssh-add", "ssh-keygen", "rsync", "gpg", "openssl"],
  ...["sudo", "su", "doas", "docker", "docker-compose", "podman", "kubectl", "helm", "terraform", "ansible", "vault"],
  ...["aws", "az", "gcloud", "op", "security"],
  // Run what they are given.
  ...["sh", "bash", "dash", "zsh", "ksh", "fish", "cmd", "powershell", "pwsh", "env", "xargs"],
  ...[
    "python",
    "python2",
    "python3",
    "pip",
    "pip3",
    "ruby",
    "gem",
    "perl",
    "php",
    "java",
    "javac",
    "go",
    "cargo",
    "rustc",
  ],
  // Build and fetch what install scripts need.
  ...["make", "gmake", "nmake", "cmake", "ninja", "cc", "c++", "gcc", "g++", "clang", "clang++", "ld", "ar"],
  ...["curl", "wget", "tar", "gzip", "gunzip", "unzip", "zip", "apt", "apt-get", "apk", "dnf", "yum", "brew"],
  // In most shell scripts.
  ...["ls", "cp", "mv", "rm", "ln", "cat", "mkdir", "chmod", "chown", "find", "grep", "sed", "awk", "which", "where"],
  ...["dirname", "basename", "uname", "head", "tail", "tr", "cut", "sort", "id", "date", "sleep", "pkg-config", "uv"],
  ...["code", "vi", "vim", "nano", "xdg-open", "osascript", "systemctl", "crontab"],
]);

export const shadowedCommand: Rule = {
  meta: {
    id: "shadowed-command",
    says: "newly brings a command of a name such as node, git or sh, which scripts may then run in its place",
    severity: "warning",
    rises: "error while the release is fresh",
    forbidsToRun: "error",
  },
  fixes: [changeVersion],
  isOfServed: true,
  check: (subject, context) => {
    const release = releaseOf(subject);
    if (!release.known || isOld(subject, context)) return [];
    const names = shadowedIn(release.value, subject);
    if (names.length === 0) return [];
    const baseline = establishedBaseline(subject, context.cooldown.ms);
    if (baseline === null && !isYoungerThan(subject, YOUNG, context.now)) return [];
    const before = baseline === null ? earlierReleases(subject, context.cooldown.ms) : [{ release: baseline }];
    const known = new Set(before.flatMap(({ release: earlier }) => shadowedIn(earlier, subject)));
    const added = names.filter((name) => !known.has(name));
    if (added.length === 0) return [];
    const [commands, them] = added.length === 1 ? ["the command", "the real one"] : ["the commands", "the real ones"];
    const shown = listed(
      added.map((name) => oneLine(name, 40)),
      MOST_NAMED,
    );
    const clause = `newly brings ${commands} ${shown}, which scripts may then run in place of ${them}`;
    const compared =
      baseline === null ? "No established version came before it." : `Compared with ${baseline.version}.`;
    return [
      {
        ...(isRecent(subject, context) ? { severity: "error" as const } : {}),
        message: `${subject.name} ${subject.version} ${clause}. ${compared}`,
        signal: { kind: "command", weight: 6, clause },
      },
    ];
  },
};

/** It has commands that are not known by name, as those of the established version before it were; or it is young itself. */
export function hasUnnamedCommands(subject: Subject, context: RuleContext): boolean {
  const release = releaseOf(subject);
  if (!release.known || release.value.bin !== null || isOld(subject, context)) return false;
  const baseline = establishedBaseline(subject, context.cooldown.ms);
  return baseline === null ? isYoungerThan(subject, YOUNG, context.now) : baseline.bin !== null;
}

const MOST_NAMED = 4;

/** As file systems of Windows and macOS have them: in whatever case; Windows runs `git` for `git.cmd` too. */
function shadowedIn({ bin }: ReleaseFacts, { name: own }: Subject): readonly string[] {
  const names = [...(bin ?? [])].map((name) => name.toLowerCase().replace(/\.(?:cmd|exe|bat|com|ps1)$/, ""));
  return [...new Set(names)].filter((name) => COMMANDS.has(name) && name !== own);
}

/** Known to have had its days in the open. */
function isOld({ published }: Subject, { now, closeInspectionMs }: RuleContext): boolean {
  return published.known && leastAge(published.value, now) >= closeInspectionMs;
}
