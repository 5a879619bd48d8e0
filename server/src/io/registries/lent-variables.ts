/** Which variables of the environment a project's file may send along to a registry. */
import { basename } from "node:path";
import { oneLine } from "../../core/util/sanitize.ts";
import type { Piece } from "../../core/config/variables.ts";
import type { RegistryConfig } from "./config.ts";
import { addressesIn } from "./connection-to.ts";

/** Where a project's file wants its login to go. */
export interface Recipient {
  /** With its port. */
  readonly host: string;
  /** Hosts that the person knows, as `hostsKnownTo` has them. */
  readonly knownHosts: ReadonlySet<string>;
  /** The file that names the variables. */
  readonly path: string;
}

/**
 * A repository could send any secret of the environment to a host of its own: a name has to say that the variable is for
 * a registry, unless the person's own configuration has to do with the host.
 * @returns why a login is withheld, as a clause; null where it may be sent
 */
export function whyNotLent(names: readonly string[], { host, knownHosts, path }: Recipient): string | null {
  const name = names.find((other) => !isForRegistries(other) && !isUsualAt(other, host));
  if (name === undefined || knownHosts.has(host)) return null;
  const own = `.${basename(path).replace(/^\./, "")}`;
  return `${oneLine(name, 80)} is not sent to ${oneLine(host, 80)}, as its name does not say that it is for a registry; put the line into your own ${own}`;
}

/** Whether it is the host alone for which variables may be sent: they are not such as may go to any registry. */
export function isForHostAlone(names: readonly string[]): boolean {
  return names.some((name) => !isForRegistries(name));
}

/** Hosts that a configuration names as a registry, or has a login for. Its package manager's default is among them. */
export function hostsKnownTo(config: RegistryConfig): ReadonlySet<string> {
  return new Set([...[...addressesIn(config)].map((url) => new URL(url).host), ...config.loginHosts]);
}

/** The names of the variables among a setting's pieces. */
export function variablesIn(pieces: readonly Piece[]): readonly string[] {
  return pieces.flatMap(({ variable }) => variable ?? []);
}

/** As people and hosting services call them: NPM_TOKEN, NODE_AUTH_TOKEN, YARN_NPM_AUTH_TOKEN… `BUN` is also in UBUNTU and BUNDLE. */
function isForRegistries(name: string): boolean {
  if (/NPM|NODE_AUTH|YARN/i.test(name)) return true;
  return /REGISTRY|(?<![A-Z])BUN(?![A-Z])/i.test(name) && !FOR_OTHER_REGISTRIES.test(name);
}

/**
 * Registries of container images, other languages' packages and infrastructure are registries too. `CI_REGISTRY_PASSWORD`
 * is GitLab's job token: https://docs.gitlab.com/ci/variables/predefined_variables/. `REGISTRY_TOKEN` alone may be npm's.
 */
const FOR_OTHER_REGISTRIES =
  /(?<![A-Z])(CI_REGISTRY|CI_DEPENDENCY_PROXY|DOCKER|CONTAINERS?|IMAGES?|OCI|ACR|ECR|GCR|GAR|GHCR|QUAY|HARBOR|HELM|CHARTS?|KUBE|K8S|PODMAN|BUILDAH|SKOPEO|KANIKO|CARGO|CRATES?|RUBYGEMS|GEM|PYPI|PIP|TWINE|POETRY|MAVEN|GRADLE|NUGET|COMPOSER|PACKAGIST|HEX|SWIFT|TERRAFORM|TF|SCHEMA|WINDOWS)(?![A-Z])|DOCKER|CONTAINER/i;

/**
 * What a hosting service has jobs use at its own registry.
 * - https://docs.github.com/en/packages/working-with-a-github-packages-registry/working-with-the-npm-registry
 * - https://docs.gitlab.com/user/packages/npm_registry/
 */
function isUsualAt(name: string, host: string): boolean {
  if (name === "GITHUB_TOKEN") return host === "npm.pkg.github.com";
  return name === "CI_JOB_TOKEN" && host === "gitlab.com";
}
