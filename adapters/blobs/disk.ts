/** Blobs as plain files below one folder. */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Blobs } from "../../schemas/ports.ts";
import { checkedPath, checkedPrefix } from "./path.ts";

const unfinished = ".tmp-";
/** No write takes this long: what is older was left by a process that died, and may hold rows. */
const abandonedAfterMs = 10 * 60 * 1000;

/**
 * Blobs below `root`. Paths that would lead out of it throw a TypeError, and so does anything on the way that is
 * not a plain file or folder: a symbolic link would carry a reader past a fence that goes by paths.
 */
export function diskBlobs(root: string): Blobs {
  const base = resolve(root);

  /** Whether something is there, once everything between it and the root has been seen to be plain. */
  async function isThere(parts: readonly string[], kind: "file" | "folder"): Promise<boolean> {
    for (const index of parts.keys()) {
      const entry = await lstat(join(base, ...parts.slice(0, index + 1))).catch(absent);
      if (!entry) return false;
      const isFile = kind === "file" && index === parts.length - 1;
      if (!(isFile ? entry.isFile() : entry.isDirectory())) throw new TypeError("Not a plain file");
    }
    return true;
  }

  async function place(path: string): Promise<{ file: string; exists: boolean }> {
    const parts = checkedPath(path).split("/");
    return { file: join(base, ...parts), exists: await isThere(parts, "file") };
  }

  return {
    async read(path) {
      const { file, exists } = await place(path);
      if (!exists) return undefined;
      const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(
        absent,
      );
      if (!handle) return undefined;
      try {
        return new Uint8Array(await handle.readFile());
      } finally {
        await handle.close();
      }
    },

    async write(path, bytes) {
      const { file } = await place(path);
      const folder = dirname(file);
      const made = await mkdir(folder, { recursive: true, mode: 0o700 });
      await sweep(folder);
      const draft = join(folder, `${unfinished}${randomUUID()}`);
      try {
        const handle = await open(draft, "wx", 0o600);
        try {
          await handle.writeFile(bytes);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(draft, file);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      await syncFolder(folder);
      // A new folder lasts only once its own parent is on the disk.
      let at = folder;
      while (made && at.length >= made.length) {
        at = dirname(at);
        await syncFolder(at);
      }
    },

    async delete(path) {
      const { file, exists } = await place(path);
      if (!exists) return;
      await rm(file, { force: true });
      await sweep(dirname(file));
      await syncFolder(dirname(file));
    },

    async list(prefix) {
      const folders = checkedPrefix(prefix).split("/").slice(0, -1);
      const found: string[] = [];
      if (await isThere(folders, "folder"))
        await walk(join(base, ...folders), folders.map((name) => `${name}/`).join(""), found);
      return found.filter((path) => path.startsWith(prefix)).sort();
    },

    async local(path) {
      const { file, exists } = await place(path);
      if (!exists) throw new Error(`There is no blob ${path}`);
      return file;
    },
  };
}

/** Gathers the plain files below a folder; links, sockets and unfinished files are passed over. */
async function walk(folder: string, path: string, found: string[]): Promise<void> {
  for (const entry of (await readdir(folder, { withFileTypes: true }).catch(absent)) ?? []) {
    if (entry.name.startsWith(".")) continue;
    if (entry.isDirectory()) await walk(join(folder, entry.name), `${path}${entry.name}/`, found);
    else if (entry.isFile()) found.push(path + entry.name);
  }
}

async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(unfinished)) continue;
    const entry = await stat(join(folder, name)).catch(absent);
    if (entry && Date.now() - entry.mtimeMs > abandonedAfterMs)
      await rm(join(folder, name), { force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and needs no such step.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
