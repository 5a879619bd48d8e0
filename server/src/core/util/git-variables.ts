/** Variables for git itself, and for programs that run it. */

/**
 * Has git take a folder for a repository only because of its `.git`, and not because it looks like one: files of a
 * project would be its configuration, which can name programs. Git before 2.38 does not know it. What the environment
 * gives git stays, as these are counted on; of a count that is no number git takes nothing.
 * https://git-scm.com/docs/git-config#Documentation/git-config.txt-safebareRepository
 *
 * @param env of the process, which gets these beside it
 */
export function explicitRepositories(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  // As strtoul has it.
  const [, given = "0"] = /^[\t-\r ]*\+?(\d+)$/.exec(env["GIT_CONFIG_COUNT"] ?? "") ?? [];
  const at = Number(given);
  return {
    GIT_CONFIG_COUNT: String(at + 1),
    [`GIT_CONFIG_KEY_${at}`]: "safe.bareRepository",
    [`GIT_CONFIG_VALUE_${at}`]: "explicit",
  };
}
