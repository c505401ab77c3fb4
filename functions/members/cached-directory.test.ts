import { beforeEach, expect, test } from "vitest";
import { type Member, makeMember, memoryStore, NOW } from "../../tests/world/federation.ts";
import { signCompact } from "../signing/jws.ts";
import { cachedDirectory } from "./cached-directory.ts";
import { directory, readmit, register, suspend } from "./directory.ts";
import { REMEMBERED_MS } from "./read-cache.ts";

let elapsed = 0;
let store: ReturnType<typeof memoryStore>;
let reads: string[][];
let ada: Member;
let bea: Member;
let members: ReturnType<typeof cachedDirectory>;

beforeEach(async () => {
  [ada, bea] = [await makeMember("IT-000001"), await makeMember("IT-000002")];
  store = memoryStore();
  for (const { jws } of [ada, bea]) await register(store, jws);
  reads = [];
  const read = directory(store);
  const some = (ids: readonly string[]) => {
    reads.push([...ids]);
    return read.some(ids);
  };
  members = cachedDirectory({ ...read, some }, () => elapsed);
});

const inside = async () => [
  ...(await members.some(["IT-000001", "IT-000002", "IT-000003"])).keys(),
];

test("a member is read once in a while, one that was not asked for is read alone", async () => {
  expect((await members.get("IT-000001"))?.id).toBe("IT-000001");
  expect(await inside()).toEqual(["IT-000001", "IT-000002"]);
  expect(await inside()).toEqual(["IT-000001", "IT-000002"]);
  expect(reads).toEqual([["IT-000001"], ["IT-000002", "IT-000003"]]);
  elapsed += REMEMBERED_MS;
  await inside();
  expect(reads.at(-1)).toHaveLength(3);
});

test("whoever this process shuts out, takes back or changes is so at the next look", async () => {
  await inside();
  await suspend(store, "IT-000002", NOW);
  expect(await inside()).toEqual(["IT-000001"]);
  await readmit(store, "IT-000002", NOW + 1);
  expect(await inside()).toEqual(["IT-000001", "IT-000002"]);
  await register(
    store,
    await signCompact(ada.keys.member, "tavolo-member+jws", { ...ada.entry, iat: NOW, left: NOW }),
  );
  expect(await inside()).toEqual(["IT-000002"]);
});

test("what was read while it was written is not kept", async () => {
  const read = directory(store);
  let letGo = () => {};
  const held = new Promise<void>((done) => {
    letGo = done;
  });
  const slow = cachedDirectory(
    {
      ...read,
      async some(ids) {
        const entries = await read.some(ids);
        await held;
        return entries;
      },
    },
    () => elapsed,
  );
  const before = slow.get("IT-000002");
  await suspend(store, "IT-000002", NOW);
  letGo();
  expect((await before)?.id).toBe("IT-000002");
  expect(await slow.get("IT-000002")).toBeUndefined();
});

test("another process is heard of in well under a second", () =>
  expect(REMEMBERED_MS).toBeLessThan(500));
