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
      .map(encodeURIComponent),
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

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
