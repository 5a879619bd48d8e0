/** Which entry of a manifest counts where several sections have one of the same name. */
import type { DeclaredDependency, DependencySection, LockfileFormat } from "../model.ts";

const NPM: readonly DependencySection[] = [
  "devDependencies",
  "optionalDependencies",
  "dependencies",
  "peerDependencies",
];
const PNPM: readonly DependencySection[] = [
  "optionalDependencies",
  "dependencies",
  "devDependencies",
  "peerDependencies",
];

/** First the one that counts most, whatever their order in the file. Tried: npm 11.19, Yarn 1.22, 4.18, pnpm 9, 10, 12, Bun 1.4. */
const ORDER: Readonly<Record<LockfileFormat, readonly DependencySection[]>> = {
  npm: NPM,
  "yarn-berry": NPM,
  pnpm: PNPM,
  "yarn-classic": PNPM,
  bun: ["optionalDependencies", "devDependencies", "dependencies", "peerDependencies"],
};

/** Those that one of the package managers goes by. */
export function inEffect(
  dependencies: readonly DeclaredDependency[],
  managers: readonly LockfileFormat[],
): readonly DeclaredDependency[] {
  const sections = new Map<string, Set<DependencySection>>();
  for (const { alias, section } of dependencies) {
    const present = sections.get(alias);
    if (present === undefined) sections.set(alias, new Set([section]));
    else present.add(section);
  }
  const counts = ({ alias, section }: DeclaredDependency): boolean => {
    const own = sections.get(alias);
    if (own === undefined || own.size === 1) return true;
    return managers.some((manager) => ORDER[manager].find((each) => own.has(each)) === section);
  };
  return dependencies.filter(counts);
}
