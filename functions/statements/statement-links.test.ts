import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memorySigner, memoryStore } from "../../tests/world/federation.ts";
import { signCompact } from "../signing/jws.ts";
import { compact, restore } from "./compact.ts";
import {
  dropStatement,
  endOfLink,
  LINK_LIFE,
  storedStatement,
  storeStatement,
} from "./statement-links.ts";

const NOW = 1_800_000_000;
const signer = memorySigner();
/** Something signed inside something signed, as a statement is. */
const nested = async (depth: number, text = "x"): Promise<string> =>
  signCompact(
    await signer,
    "tavolo-statement+jws",
    depth === 0
      ? { text }
      : { text, inner: [await nested(depth - 1, text), await nested(depth - 1, `${text}è`)] },
  );

describe("folding", () => {
  test("gives back every text as it was", async () => {
    const jws = await nested(2);
    const piece = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(jws, "\uE000", "\uE001", "\uE002", ".", jws.slice(5), `${jws}.${jws}`),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const text = pieces.join("").replace(/[\uE000-\uE002]/g, "");
        expect(restore(compact(text))).toBe(text);
      }),
    );
  });

  test("a payload with marks in it stays folded, and comes back", async () => {
    const jws = await signCompact(await signer, "tavolo-statement+jws", {
      text: "\uE000a\uE001b\uE002",
    });
    expect(compact(jws)).toBe(jws);
    expect(restore(jws)).toBe(jws);
  });

  test("brings to light what is inside", async () => {
    expect(compact(await nested(2, "Trieste")).match(/Trieste/g)).toHaveLength(7);
  });
});

describe("a kept statement", () => {
  test("is read back to the last byte until its thirty days are over", async () => {
    const store = memoryStore();
    const jws = await nested(2);
    expect(endOfLink(NOW, [])).toBe(NOW + 30 * 86_400);
    const id = await storeStatement(store, "IT-028060", jws, endOfLink(NOW, []));
    expect(await storedStatement(store, id, NOW + LINK_LIFE - 1)).toEqual({
      member: "IT-028060",
      jws,
    });
    await expect(storedStatement(store, id, NOW + LINK_LIFE)).rejects.toMatchObject({
      reason: "not-found",
    });
  });

  test.each([
    [["P5Y"], 30 * 86_400],
    [["P5Y", "P7D", "P90D"], 7 * 86_400],
    [["P1D"], 86_400],
  ])("under agreements that let answers be kept for %s it ends no later", (retentions, most) => {
    const end = endOfLink(NOW, retentions);
    expect(end).toBeLessThanOrEqual(NOW + most);
    expect(end).toBeGreaterThan(NOW + most - 86_400);
  });

  test("is under an address that nothing in it tells", async () => {
    const store = memoryStore();
    const jws = await nested(0);
    const [one, two] = [
      await storeStatement(store, "IT-028060", jws, NOW + LINK_LIFE),
      await storeStatement(store, "IT-028060", jws, NOW + LINK_LIFE),
    ];
    expect(one).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(one).not.toBe(two);
  });

  test("is taken back by who asked, and by nobody else", async () => {
    const store = memoryStore();
    const id = await storeStatement(store, "IT-028060", await nested(0), endOfLink(NOW, []));
    await expect(dropStatement(store, id, "IT-034027", NOW)).rejects.toMatchObject({
      reason: "not-found",
    });
    await dropStatement(store, id, "IT-028060", NOW);
    await expect(storedStatement(store, id, NOW)).rejects.toMatchObject({ reason: "not-found" });
    await expect(dropStatement(store, id, "IT-028060", NOW)).rejects.toMatchObject({
      reason: "not-found",
    });
  });

  test("that does not fit into an item is refused, with what to do", async () => {
    const noise = Array.from({ length: 20_000 }, () => crypto.randomUUID()).join(" ");
    const jws = await signCompact(await signer, "tavolo-statement+jws", { noise });
    await expect(
      storeStatement(memoryStore(), "IT-028060", jws, NOW + LINK_LIFE),
    ).rejects.toMatchObject({
      reason: "statement-too-large",
    });
  });
});
