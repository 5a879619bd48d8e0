/** Which program a bare name stands for, by each system's rules. Windows's are tried here as a function only. */
import { describe, expect, it } from "vitest";
import { findProgram, withoutPath, type ProgramHost } from "../../server/src/io/programs.ts";

interface Machine {
  readonly platform?: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** What can be run: absolute paths. */
  readonly programs: readonly string[];
  /** Links, and where they lead. */
  readonly links?: Readonly<Record<string, string>>;
  /** Folders that hold a `.git`. */
  readonly repositories?: readonly string[];
  /** Folders that hold a package.json. */
  readonly packages?: readonly string[];
}

function host({
  platform = "linux",
  env,
  programs,
  links = {},
  repositories = [],
  packages = [],
}: Machine): ProgramHost {
  const resolved = (path: string): string => {
    const link = Object.keys(links).find((each) => path === each || path.startsWith(`${each}/`));
    return link === undefined ? path : resolved(`${links[link] ?? ""}${path.slice(link.length)}`);
  };
  const known = (path: string) => programs.includes(path);
  const marks = [...repositories.map((folder) => `${folder}/.git`), ...packages.map((at) => `${at}/package.json`)];
  const isAbsent = (path: string): boolean =>
    /[/\\](\.git|\.hg|\.svn|package\.json)$/.test(path) && !marks.includes(path);
  const realPath = (path: string): string | null => (isAbsent(resolved(path)) ? null : resolved(path));
  return { platform, env, home: "/home/me", isExecutable: (path) => known(path) || known(resolved(path)), realPath };
}

const WORKSPACE = ["/home/me/app"];

describe("on Linux and macOS", () => {
  const find = (machine: Machine, workspace = WORKSPACE) => findProgram("git", [".exe"], workspace, host(machine));

  it.each<[string, string, string]>([
    ["the first on PATH", "/a:/b", "/a/git"],
    ["not one in the workspace", "/home/me/app/bin:/b", "/b/git"],
    ["not one in the workspace's own folder", "/home/me/app:/b", "/b/git"],
    ["one beside the workspace, whose name begins alike", "/home/me/app-tools:/b", "/home/me/app-tools/git"],
    ["not one in node_modules, wherever that is", "/home/me/node_modules/.bin:/b", "/b/git"],
    ["not one in a relative folder", "bin:./bin:../bin:~/bin:/b", "/b/git"],
    ["not one in the current folder, which an empty entry stands for", ":/b", "/b/git"],
    ["not one in the workspace by way of ..", "/home/me/x/../app/bin:/b", "/b/git"],
    ["not one in the workspace by way of a link", "/link:/b", "/b/git"],
    ["not one in a folder that is a link into node_modules", "/modules:/b", "/b/git"],
    ["not one that is itself a link into the workspace", "/linked:/b", "/b/git"],
  ])("it is %s", (_title, path, expected) => {
    const home = ["app", "app/bin", "app-tools", "node_modules/.bin", "x/../app/bin"].map(
      (folder) => `/home/me/${folder}`,
    );
    const programs = ["/a", "/b", ...home, "bin", "/bin", ""].map((folder) => `${folder}/git`);
    const links = {
      "/link": "/home/me/app/bin",
      "/modules": "/home/me/node_modules/.bin",
      "/linked/git": "/home/me/app/bin/git",
    };
    expect(find({ env: { PATH: path }, programs, links })?.path).toBe(expected);
  });

  it.each<[string, string]>([
    ["of which a folder is open", "/home/me/mono/packages/a"],
    ["of which a link to a folder is open", "/open"],
  ])("is not one in the git repository %s", (_title, folder) => {
    const machine = {
      env: { PATH: "/home/me/mono/bin:/b" },
      programs: ["/home/me/mono/bin/git", "/b/git"],
      links: { "/open": "/home/me/mono/packages/a" },
      repositories: ["/home/me/mono"],
    };
    expect(find(machine, [folder])?.path).toBe("/b/git");
  });

  it.each<[string, Pick<Machine, "repositories" | "packages">]>([
    ["the superproject of a submodule", { repositories: ["/home/me/super", "/home/me/super/sub"] }],
    [
      "the outermost of three repositories",
      { repositories: ["/home/me/super", "/home/me/super/lib", "/home/me/super/lib/sub"] },
    ],
    ["the root of workspaces, in no repository", { packages: ["/home/me/super", "/home/me/super/sub"] }],
    ["a package around a repository", { packages: ["/home/me/super"], repositories: ["/home/me/super/sub"] }],
  ])("is not one in %s", (_title, marks) => {
    const programs = ["/home/me/super/bin/git", "/b/git"];
    const machine = { env: { PATH: "/home/me/super/bin:/b" }, programs, ...marks };
    for (const folder of ["/home/me/super/sub", "/home/me/super/lib/sub"])
      expect(find(machine, [folder])?.path).toBe("/b/git");
  });

  it("may be in the home folder, also where that holds a repository and a package.json", () => {
    const machine = {
      env: { PATH: "/home/me/app/bin:/home/me/.nvm/bin:/b" },
      programs: ["/home/me/app/bin/git", "/home/me/.nvm/bin/git", "/b/git"],
      repositories: ["/home/me"],
      packages: ["/home/me", "/home/me/app"],
    };
    expect(find(machine)?.path).toBe("/home/me/.nvm/bin/git");
  });

  it("is one whose own file is in the node_modules of a global installation, as npm's is", () => {
    const links = { "/usr/bin/npm": "/usr/lib/node_modules/npm/bin/npm-cli.js" };
    const machine = { env: { PATH: "/usr/bin" }, programs: ["/usr/lib/node_modules/npm/bin/npm-cli.js"], links };
    expect(findProgram("npm", [".cmd"], WORKSPACE, host(machine))?.path).toBe("/usr/bin/npm");
  });

  it("is not one in the folder that a link to the workspace leads to", () => {
    const programs = ["/data/app/bin/git", "/b/git"];
    const links = { "/home/me/app": "/data/app" };
    expect(find({ env: { PATH: "/data/app/bin:/b" }, programs, links })?.path).toBe("/b/git");
  });

  it("is in none of several workspace folders", () => {
    const machine = { env: { PATH: "/one/bin:/two:/b" }, programs: ["/one/bin/git", "/two/git", "/b/git"] };
    expect(find(machine, ["/one", "/two"])?.path).toBe("/b/git");
  });

  it("finds others by name in the same folders only", () => {
    const machine = { env: { PATH: "bin::/home/me/app/bin:/b:/x/node_modules/.bin:/c:/b" }, programs: ["/c/git"] };
    expect(find(machine)).toEqual({ path: "/c/git", env: { PATH: "/b:/c", NoDefaultCurrentDirectoryInExePath: "1" } });
  });

  it.each([{}, { PATH: "" }, { PATH: "/home/me/app/bin" }])("is none with %j", (env) => {
    expect(find({ env, programs: ["/home/me/app/bin/git", "git", "/git"] })).toBeNull();
  });

  it("tells the workspace under another case only where files are found so", () => {
    const machine = { env: { PATH: "/Home/me/APP/bin:/b" }, programs: ["/Home/me/APP/bin/git", "/b/git"] };
    expect(find({ ...machine, platform: "darwin" })?.path).toBe("/b/git");
    expect(find({ ...machine, platform: "linux" })?.path).toBe("/Home/me/APP/bin/git");
  });
});

describe("on Windows", () => {
  const GIT = "C:\\Program Files\\Git\\cmd\\git.exe";
  const find = (path: string, programs: readonly string[], name = "git", extensions = [".exe"]) =>
    findProgram(name, extensions, ["c:\\work\\app"], host({ platform: "win32", env: { Path: path }, programs }));

  it.each<[string, string, readonly string[]]>([
    ["not one in the workspace, under any case", "C:\\Work\\App\\bin;", ["C:\\Work\\App\\bin\\git.exe"]],
    ["not one relative to the current folder", "bin;.;;", ["bin\\git.exe", ".\\git.exe", "git.exe"]],
    ["not one relative to the current drive or its folder", "\\bin;C:bin;", ["\\bin\\git.exe", "C:bin\\git.exe"]],
    ["not one in node_modules", "C:\\x\\Node_Modules\\.bin;", ["C:\\x\\Node_Modules\\.bin\\git.exe"]],
    ["not a script or a file without extension", "C:\\tools;", ["C:\\tools\\git.cmd", "C:\\tools\\git"]],
    ["one in a folder between quotes", "", []],
  ])("it is %s", (_title, before, programs) => {
    expect(find(`${before}"C:\\Program Files\\Git\\cmd"`, [...programs, GIT])?.path).toBe(GIT);
  });

  it("is a package manager's script, where that comes first among its extensions", () => {
    const programs = ["C:\\nodejs\\npm", "C:\\nodejs\\npm.ps1", "C:\\nodejs\\npm.cmd"];
    expect(find("C:\\nodejs", programs, "npm", [".exe", ".cmd"])?.path).toBe("C:\\nodejs\\npm.cmd");
  });

  it("finds others by name in the same folders only, and not in the current one", () => {
    const env = { PATH: "C:\\Program Files\\Git\\cmd", NoDefaultCurrentDirectoryInExePath: "1" };
    expect(find("bin;C:\\Program Files\\Git\\cmd;c:\\work\\app", [GIT])).toEqual({ path: GIT, env });
    const variables = { Path: "a", PATH: "b", nodefaultcurrentdirectoryinexepath: "", HOME: "c" };
    expect(withoutPath(variables)).toEqual({ HOME: "c" });
  });
});
