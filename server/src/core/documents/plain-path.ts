/** Whether a path has steps that lead nowhere, back or to a place of another spelling. Leading `../` are npm's own. */
const NOT_PLAIN = /\\|(?:^|\/)\.{0,2}(?:\/|$)/;

/** A path as package managers resolve it, on Windows too: without empty steps, `.` and `\`, and with each `..` followed. */
export function plainPath(path: string): string {
  if (path === "" || !NOT_PLAIN.test(path)) return path;
  const steps: string[] = [];
  for (const step of path.replaceAll("\\", "/").split("/")) {
    if (step === ".." && steps.length > 0 && steps.at(-1) !== "..") steps.pop();
    else if (step !== "" && step !== ".") steps.push(step);
  }
  return `${path.startsWith("/") ? "/" : ""}${steps.join("/")}`;
}
