/** What every store keeps to, whatever it is made of. */
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Condition, Item, Store } from "../../schemas/ports.ts";

/** Runs the contract on the store that `open` gives. Keys are fresh in every test, so that a table may be shared. */
export function storeContract(open: () => Store): void {
  const fresh = () => `hub#contract#${randomUUID()}`;
  const item = (pk: string, revision = 1, more: Partial<Item> = {}): Item => ({
    pk,
    sk: "a",
    body: { n: revision },
    revision,
    ...more,
  });
  const all = async (items: AsyncIterable<Item>) => {
    const seen: Item[] = [];
    for await (const one of items) seen.push(one);
    return seen;
  };

  test("gives back what was put, and nothing where nothing was", async () => {
    const store = open();
    const body = { text: "perché 'così' – ✓", list: [1, null, { deep: true }], empty: "" };
    const written = { pk: fresh(), sk: "a#b", body, revision: 7, expiresAt: 1_700_000_000 };
    expect(await store.put(written)).toBe(true);
    expect(await store.get(written.pk, "a#b")).toEqual(written);
    expect(await store.get(written.pk, "a")).toBeUndefined();
    const plain = item(fresh());
    await store.put(plain);
    expect(await store.get(plain.pk, "a")).toEqual(plain);
  });

  test("gives back many of one partition at once, those that are there", async () => {
    const store = open();
    const pk = fresh();
    const sks = Array.from({ length: 120 }, (_, n) => `k${String(n).padStart(3, "0")}`);
    for (const sk of sks) await store.put(item(pk, 1, { sk }));
    const found = await store.getMany(pk, [...sks, sks[0]!, "not there"]);
    expect(found.map(({ sk }) => sk).sort()).toEqual(sks);
    expect(await store.getMany(fresh(), ["a"])).toEqual([]);
    expect(await store.getMany(pk, [])).toEqual([]);
  });

  test("a put without a condition replaces all of an item", async () => {
    const store = open();
    const pk = fresh();
    await store.put(item(pk, 1, { expiresAt: 5 }));
    expect(await store.put(item(pk, 9, { body: "other" }))).toBe(true);
    expect(await store.get(pk, "a")).toEqual({ pk, sk: "a", body: "other", revision: 9 });
  });

  test("delete takes one item away, and is content where there is none", async () => {
    const store = open();
    const pk = fresh();
    await store.put(item(pk));
    await store.put(item(pk, 1, { sk: "b" }));
    await store.delete(pk, "a");
    await store.delete(pk, "a");
    expect((await all(store.query(pk))).map(({ sk }) => sk)).toEqual(["b"]);
  });

  test("what cannot be stored is an error, not a refusal by condition", async () => {
    await expect(open().put(item(fresh(), 1, { body: undefined }))).rejects.toThrow(TypeError);
    await expect(open().put(item(""))).rejects.toThrow();
  });

  describe("conditions", () => {
    const expired = { expiresAt: 100 };
    test.each<[string, Partial<Item> | undefined, Condition, boolean]>([
      ["absent, on nothing", undefined, { kind: "absent" }, true],
      ["absent, on an item", {}, { kind: "absent" }, false],
      ["absent, on an expired item", expired, { kind: "absent" }, false],
      ["absent-or-expired, on nothing", undefined, { kind: "absent-or-expired", now: 100 }, true],
      [
        "absent-or-expired, one second before",
        expired,
        { kind: "absent-or-expired", now: 99 },
        false,
      ],
      ["absent-or-expired, at that second", expired, { kind: "absent-or-expired", now: 100 }, true],
      [
        "absent-or-expired, on what never expires",
        {},
        { kind: "absent-or-expired", now: 100 },
        false,
      ],
      ["revision, on nothing", undefined, { kind: "revision", is: 4 }, false],
      ["revision, the same", {}, { kind: "revision", is: 4 }, true],
      ["revision, another", {}, { kind: "revision", is: 3 }, false],
      ["revision-below, on nothing", undefined, { kind: "revision-below", than: 4 }, true],
      ["revision-below, on a lower one", {}, { kind: "revision-below", than: 5 }, true],
      ["revision-below, on the same", {}, { kind: "revision-below", than: 4 }, false],
      [
        "revision-below, as a number, not as text",
        { revision: 9 },
        { kind: "revision-below", than: 10 },
        true,
      ],
    ])("%s", async (_name, before, condition, holds) => {
      const store = open();
      const pk = fresh();
      const old = before && item(pk, 4, before);
      if (old) await store.put(old);
      expect(await store.put(item(pk, 20), condition)).toBe(holds);
      expect(await store.get(pk, "a")).toEqual(holds ? item(pk, 20) : old);
    });
  });

  describe("query", () => {
    test("gives one partition in order of sk, by prefix, up to a limit", async () => {
      const store = open();
      const pk = fresh();
      for (const sk of ["b#2", "a#1", "b#10", "c", "b#1"]) await store.put(item(pk, 1, { sk }));
      await store.put(item(`${pk}x`));
      const keys = async (options?: { prefix?: string; limit?: number }) =>
        (await all(store.query(pk, options))).map(({ sk }) => sk);
      expect(await keys()).toEqual(["a#1", "b#1", "b#10", "b#2", "c"]);
      expect(await keys({ prefix: "b#" })).toEqual(["b#1", "b#10", "b#2"]);
      expect(await keys({ prefix: "b#", limit: 2 })).toEqual(["b#1", "b#10"]);
      expect(await keys({ prefix: "" })).toHaveLength(5);
      expect(await keys({ limit: 0 })).toEqual([]);
      expect(await keys({ prefix: "z" })).toEqual([]);
      expect(await all(store.query(fresh()))).toEqual([]);
    });

    test("goes on past the megabyte at which a page ends", async () => {
      const store = open();
      const pk = fresh();
      const body = "x".repeat(300_000);
      const keys = ["1", "2", "3", "4", "5", "6", "7", "8"];
      await Promise.all(keys.map((sk) => store.put(item(pk, 1, { sk, body }))));
      expect((await all(store.query(pk))).map(({ sk }) => sk)).toEqual(keys);
      expect((await all(store.query(pk, { limit: 7 }))).map(({ sk }) => sk)).toEqual(
        keys.slice(0, 7),
      );
    });
  });

  describe("races", () => {
    test.each<Condition>([{ kind: "absent" }, { kind: "absent-or-expired", now: 50 }])(
      "of 100 writes on one key one wins: $kind",
      async (condition) => {
        const store = open();
        const pk = fresh();
        if (condition.kind === "absent-or-expired") await store.put(item(pk, 1, { expiresAt: 10 }));
        const writes = Array.from({ length: 100 }, (_, n) =>
          item(pk, 2, { body: n, expiresAt: 60 }),
        );
        const won = await Promise.all(writes.map((write) => store.put(write, condition)));
        expect(won.filter(Boolean)).toHaveLength(1);
        expect((await store.get(pk, "a"))?.body).toBe(won.indexOf(true));
      },
    );

    test("80 racing updates by revision lose none", async () => {
      const store = open();
      const pk = fresh();
      await store.put(item(pk, 0, { body: [] }));
      const racer = async (name: number) => {
        for (let done = 0; done < 10; ) {
          const seen = (await store.get(pk, "a"))!;
          const body = [...(seen.body as string[]), `${name}.${done}`];
          if (
            await store.put(
              { ...seen, body, revision: seen.revision + 1 },
              { kind: "revision", is: seen.revision },
            )
          )
            done++;
        }
      };
      await Promise.all(Array.from({ length: 8 }, (_, name) => racer(name)));
      const { body, revision } = (await store.get(pk, "a"))!;
      expect(revision).toBe(80);
      expect(new Set(body as string[]).size).toBe(80);
    });
  });
}
