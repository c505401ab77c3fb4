/** What all blobs keep to, wherever they lie. */
import { lstat, readFile } from "node:fs/promises";
import { beforeEach, expect, test } from "vitest";
import type { Blobs } from "../../schemas/ports.ts";

export const bytesOf = (text: string) => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

/** Runs the contract on the blobs that `open` gives: empty ones each time. */
export function blobsContract(open: () => Blobs): void {
  let blobs: Blobs;
  beforeEach(() => {
    blobs = open();
  });

  test("gives back what was written, byte by byte, and nothing where nothing was", async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, n) => (n * 7) % 256);
    await blobs.write("versions/tax/-_x.parquet", bytes);
    expect(Buffer.compare((await blobs.read("versions/tax/-_x.parquet"))!, bytes)).toBe(0);
    expect(await blobs.read("versions/tax/other")).toBeUndefined();
    await blobs.write("empty", new Uint8Array());
    expect(await blobs.read("empty")).toEqual(new Uint8Array());
  });

  test("writes anew, and deletes, also what is not there", async () => {
    await blobs.write("a/b", bytesOf("first and longer"));
    await blobs.write("a/b", bytesOf("second"));
    expect(textOf(await blobs.read("a/b"))).toBe("second");
    await blobs.delete("a/b");
    await blobs.delete("a/b");
    await blobs.delete("never/was");
    expect(await blobs.read("a/b")).toBeUndefined();
    expect(await blobs.list("")).toEqual([]);
  });

  test("lists by the beginning of the path, in order", async () => {
    for (const path of ["b/2", "b/10", "bc", "a/x/y", "b/1"])
      await blobs.write(path, bytesOf(path));
    expect(await blobs.list("")).toEqual(["a/x/y", "b/1", "b/10", "b/2", "bc"]);
    expect(await blobs.list("b")).toEqual(["b/1", "b/10", "b/2", "bc"]);
    expect(await blobs.list("b/")).toEqual(["b/1", "b/10", "b/2"]);
    expect(await blobs.list("b/1")).toEqual(["b/1", "b/10"]);
    expect(await blobs.list("nothing/")).toEqual([]);
  });

  test("gives an engine a file of this machine, of the same ending", async () => {
    await blobs.write("x/y.parquet", bytesOf("one"));
    const first = await blobs.local("x/y.parquet");
    expect(first.endsWith(".parquet")).toBe(true);
    expect(await readFile(first, "utf8")).toBe("one");
    expect(await blobs.local("x/y.parquet")).toBe(first);
    await blobs.write("x/y.parquet", bytesOf("two"));
    expect(await readFile(await blobs.local("x/y.parquet"), "utf8")).toBe("two");
    await expect(blobs.local("x/none.parquet")).rejects.toThrow("There is no blob x/none.parquet");
  });

  test("deleting leaves no file of it on this machine", async () => {
    await blobs.write("x/y", bytesOf("one"));
    const file = await blobs.local("x/y");
    await blobs.delete("x/y");
    await expect(lstat(file)).rejects.toThrow("ENOENT");
  });

  test.each([
    "",
    "/",
    "/etc/passwd",
    "..",
    "../x",
    "a/../../x",
    "a/..",
    ".",
    "./a",
    "a//b",
    "a/",
    "a\\..\\b",
    "a\0b",
    ".hidden",
    "a/.tmp-1",
    "C:x",
    "%2e%2e/x",
    "ü",
  ])("refuses the path %j", async (path) => {
    await expect(blobs.read(path)).rejects.toThrow(TypeError);
    await expect(blobs.write(path, bytesOf("x"))).rejects.toThrow(TypeError);
    await expect(blobs.delete(path)).rejects.toThrow(TypeError);
    await expect(blobs.local(path)).rejects.toThrow(TypeError);
  });

  test.each(["../", "a/../", "/", "a//", "..", "."])("refuses the prefix %j", async (prefix) => {
    await expect(blobs.list(prefix)).rejects.toThrow(TypeError);
  });
}
