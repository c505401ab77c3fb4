import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMember } from "./members.ts";
import { forget, type LocalMember, localMembers, openStores, type Paths, paths } from "./state.ts";
import { takeOver } from "./state-form.ts";

let root: string;
let made = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "form-"));
});
afterAll(() => rm(root, { recursive: true }));

const member = (id: string): LocalMember => ({
  id,
  name: { it: id, en: id },
  roles: ["provider"],
  node: true,
});
const fresh = () => paths(join(root, String(++made)));
const formAt = (at: Paths) => readFile(at.form, "utf8");
/** As 0.1.0 left a state of these members: without a number. */
async function unnumbered(...ids: string[]): Promise<Paths> {
  const at = fresh();
  for (const id of ids) {
    await mkdir(dirname(at.member(id)), { recursive: true });
    await writeFile(at.member(id), JSON.stringify(member(id)));
  }
  return at;
}
async function numbered(text: string, ...ids: string[]): Promise<Paths> {
  const at = await unnumbered(...ids);
  await mkdir(at.root, { recursive: true });
  await writeFile(at.form, text);
  return at;
}

test("an empty folder is looked at without a trace, and gets its number with the first thing in it", async () => {
  const at = fresh();
  expect(await localMembers(at)).toEqual([]);
  await expect(readdir(at.root)).rejects.toThrow("ENOENT");
  await createMember(at, member("aa"));
  expect(await formAt(at)).toBe("1\n");
  const other = fresh();
  await (await openStores(other)).close();
  expect(await formAt(other)).toBe("1\n");
});

test("what 0.1.0 wrote is taken over as it is: it gets its number", async () => {
  const at = await unnumbered("aa", "bb");
  const before = await readFile(at.member("aa"), "utf8");
  expect((await localMembers(at)).map(({ id }) => id)).toEqual(["aa", "bb"]);
  const stores = await openStores(at);
  try {
    const store = await stores.store("aa");
    const item = { pk: "answer#pointer", sk: "x", body: 1, revision: 1 };
    expect(await store.put(item)).toBe(true);
  } finally {
    await stores.close();
  }
  expect(await formAt(at)).toBe("1\n");
  expect(await readFile(at.member("aa"), "utf8")).toBe(before);
});

describe("a state of another form is left as it is", () => {
  const ways: [string, (at: Paths) => Promise<unknown>][] = [
    ["by whoever lists its members", localMembers],
    ["by whoever opens its stores", openStores],
    ["by whoever makes a member", (at) => createMember(at, member("cc"))],
  ];
  test.each(ways)("%s", async (_, way) => {
    const at = await numbered("2\n", "aa", "bb");
    const before = (await readdir(at.root, { recursive: true })).sort();
    await expect(way(at)).rejects.toThrow(
      `the state in ${at.root} is of form 2, and this version reads form 1; begin again with: npm start -- --fresh --state ${at.root}`,
    );
    expect((await readdir(at.root, { recursive: true })).sort()).toEqual(before);
    expect(await formAt(at)).toBe("2\n");
  });

  test("and nobody who runs a node or a hub is told to forget its keys", async () => {
    const message: string = await localMembers(await numbered("2\n", "aa")).catch(
      (error) => error.message,
    );
    expect(message).toContain("is of form 2, and this version reads form 1; it was left as it is");
    expect(message).toContain("git pull && npm ci");
    expect(message).not.toContain("--fresh");
  });

  test.each([
    ["older", "0\n", "0"],
    ["newer by far", "999999\n", "999999"],
    ["nothing at all", "", "unknown"],
    ["half written", "1", "unknown"],
    ["garbage", "{}\n", "unknown"],
    ["a fraction", "1.0\n", "unknown"],
    ["a sign", "-1\n", "unknown"],
    ["more than one", "1\n1\n", "unknown"],
    ["a number that is none", "99999999999999999999\n", "unknown"],
  ])("%s", async (_, text, form) => {
    await expect(localMembers(await numbered(text, "aa", "bb"))).rejects.toThrow(
      `is of form ${form}, and this version reads form 1`,
    );
  });

  test("until it is forgotten", async () => {
    const at = await numbered("2\n", "aa", "bb");
    await writeFile(at.run, JSON.stringify({ pid: 2 ** 30, written: "by another version" }));
    await forget(at);
    expect(await readdir(at.root)).toEqual([]);
    await (await openStores(at)).close();
    expect(await formAt(at)).toBe("1\n");
  });

  test("also by a process that comes while the number is being written", async () => {
    const at = fresh();
    await mkdir(at.root);
    const other = writeFile(at.form, "2\n", { flag: "wx" });
    const [ours, theirs] = await Promise.allSettled([takeOver(at), other]);
    expect([ours.status, theirs.status].sort()).toEqual(["fulfilled", "rejected"]);
    expect(await formAt(at)).toBe(ours.status === "fulfilled" ? "1\n" : "2\n");
  });
});

test("of many that start at once each finds the number, whole", async () => {
  const at = fresh();
  await Promise.all(Array.from({ length: 50 }, () => takeOver(at)));
  expect(await readdir(at.root)).toEqual(["form"]);
  expect(await formAt(at)).toBe("1\n");
});
