/**
 * URIs as the core uses them: text with `/` between folders, names percent-encoded in one way (`normalUri`), so that two
 * of them are of one file exactly when they are the same text.
 */

/** How paths are written: `windows` knows drives, hosts and backslashes. */
export type PathStyle = "posix" | "windows";

/**
 * The one form in which files are compared, whatever a client writes: names encoded as VS Code does it, no `.` and `..`,
 * no final slash, `localhost` left out, drives in lower case. A `file:` URI has no query or fragment (RFC 8089), so a
 * bare `?` or `#` is part of a name. Of other schemes only final slashes go. Letter case and Unicode forms stay: whether
 * they matter is for the file system to say.
 */
export function normalUri(uri: string, style: PathStyle): string {
  const parts = /^file:(?:\/\/([^/\\]*))?((?:[/\\].*)?)$/is.exec(uri);
  if (parts === null) return withoutFinalSlash(uri);
  return uriFrom(decode(parts[1] ?? ""), decode(parts[2] ?? ""), style);
}

/** The normal URI of an absolute path. */
export function fileUri(path: string, style: PathStyle): string {
  return uriFrom("", path, style);
}

/** The path of a normal `file:` URI; null for one of another scheme, or of another machine where paths cannot name one. */
export function filePath(uri: string, style: PathStyle): string | null {
  if (!uri.startsWith("file://")) return null;
  const slash = uri.indexOf("/", "file://".length);
  const end = slash === -1 ? uri.length : slash;
  const [host, path] = [decode(uri.slice("file://".length, end)), decode(uri.slice(end))];
  if (style === "posix") return host === "" ? path || "/" : null;
  if (host !== "") return `//${host}${path}`.replaceAll("/", "\\");
  const drive = /^\/([a-z]:)/.exec(path)?.[1];
  return (drive === undefined ? path || "/" : `${drive}${path.slice("/c:".length) || "/"}`).replaceAll("/", "\\");
}

function uriFrom(givenHost: string, givenPath: string, style: PathStyle): string {
  const isWindows = style === "windows";
  let host = givenHost.toLowerCase() === "localhost" ? "" : givenHost.toLowerCase();
  let path = isWindows ? givenPath.replaceAll("\\", "/") : givenPath;
  const share = isWindows && host === "" ? /^\/\/+([^/]+)((?:\/.*)?)$/s.exec(path) : null;
  if (share !== null) [host, path] = [(share[1] ?? "").toLowerCase(), share[2] ?? ""];
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  const [first] = names;
  if (isWindows && host === "" && first !== undefined && /^[a-z]:$/i.test(first)) names[0] = first.toLowerCase();
  return ["file:/", encoded(host), ...names.map(encoded)].join("/");
}

function withoutFinalSlash(uri: string): string {
  let end = uri.length;
  while (uri[end - 1] === "/") end--;
  return uri.slice(0, end);
}

export function folderOf(uri: string): string {
  return uri.slice(0, Math.max(0, uri.lastIndexOf("/")));
}

export function fileNameOf(uri: string): string {
  return decode(uri.slice(uri.lastIndexOf("/") + 1));
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
  if (/^[\w.~-]*$/.test(segment)) return segment;
  // Half a surrogate pair has no encoding.
  return encodeURIComponent(segment.replace(/\p{Surrogate}/gu, "\uFFFD")).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** What encodes no character stays as it is. */
function decode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, decodedBytes);
  }
}

function decodedBytes(bytes: string): string {
  try {
    return decodeURIComponent(bytes);
  } catch {
    return bytes;
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
