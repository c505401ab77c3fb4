/** What a path of a blob may be: the same rule wherever the blobs lie. */

// A segment never begins with a dot: neither `..` nor a file that is still being written can be named.
const segment = /^[A-Za-z0-9_@=+-][A-Za-z0-9_@=+.-]{0,199}$/;

/** Returns the path, or throws a TypeError for whatever could lead out of the root. */
export function checkedPath(path: string): string {
  if (!path.split("/").every((part) => segment.test(part)))
    throw new TypeError("Not a path of a blob");
  return path;
}

/** The beginning of a path: empty, or up to any point of its last segment. */
export function checkedPrefix(prefix: string): string {
  const parts = prefix.split("/");
  if (parts.at(-1) === "") parts.pop();
  if (!parts.every((part) => segment.test(part)))
    throw new TypeError("Not a prefix of a blob's path");
  return prefix;
}
