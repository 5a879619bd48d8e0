/** How keys and references are written: by the lockfileVersion, `/foo/1.0.0`, `/foo@1.0.0` or `foo@1.0.0`. */
export type KeyStyle = "slashes" | "slash-at" | "at";

export function keyStyle(lockfileVersion: string | null): KeyStyle {
  const version = Number.parseFloat(lockfileVersion ?? "9");
  return version < 6 ? "slashes" : version < 7 ? "slash-at" : "at";
}
