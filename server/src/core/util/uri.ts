/** URIs as the core uses them: opaque text with `/` between folders. Names are percent-encoded. */

export function folderOf(uri: string): string {
  return uri.slice(0, Math.max(0, uri.lastIndexOf("/")));
}

export function fileNameOf(uri: string): string {
  const name = uri.slice(uri.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

export function join(folder: string, ...names: readonly string[]): string {
  return [
    folder,
    ...names
      .flatMap((name) => name.split("/"))
      .filter((name) => name !== "")
      .map(encoded),
  ].join("/");
}

/** The path of `uri` below `folder`, decoded, with `/`; "" for the folder itself; null when it is not below. */
export function relativePath(folder: string, uri: string): string | null {
  if (uri === folder) return "";
  if (!uri.startsWith(`${folder}/`)) return null;
  return uri
    .slice(folder.length + 1)
    .split("/")
    .map(decode)
    .join("/");
}

/** The path of a `file:` URI, decoded, with `/`, for messages. */
export function pathText(uri: string): string {
  return uri
    .replace(/^file:\/\//, "")
    .split("/")
    .map(decode)
    .join("/");
}

/** As VS Code spells URIs: everything but letters, digits, `-`, `.`, `_` and `~`. */
function encoded(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The folders around a folder, nearest first, but for the root of the file system. */
export function ancestorsOf(folder: string): readonly string[] {
  const found: string[] = [];
  for (let at = folderOf(folder); /\/\/[^/]*\/[^/]/.test(at); at = folderOf(at)) found.push(at);
  return found;
}

/** The way from one folder to another, decoded, with `/` and `..`; "" for the same. */
export function pathBetween(from: string, to: string): string {
  const [here, there] = [from.split("/"), to.split("/")];
  let shared = 0;
  while (shared < here.length && shared < there.length && here[shared] === there[shared]) shared++;
  return [...here.slice(shared).map(() => ".."), ...there.slice(shared).map(decode)].join("/");
}

/** A folder by a path as settings have it: relative to a folder, or absolute; null for one that leads out of the file system. */
export function resolvedFrom(folder: string, path: string): string | null {
  const begin = folder.indexOf("/", folder.indexOf("://") + "://".length);
  if (begin === -1) return null;
  const segments = path.startsWith("/") ? [] : folder.slice(begin + 1).split("/");
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "..") {
      if (segments.pop() === undefined) return null;
    } else if (part !== "" && part !== ".") segments.push(encoded(part));
  }
  return segments.length === 0 ? null : [folder.slice(0, begin), ...segments].join("/");
}
