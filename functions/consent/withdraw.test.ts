import { describe, expect, test } from "vitest";
import { ingest } from "../ingest/ingest.ts";
import { versionInForce, withdrawals } from "../ingest/store.ts";
import { example, failingAt, goodRow, type Keep, keep, linesOf } from "../ingest/testing.ts";
import { withdraw } from "./withdraw.ts";

const dataset = "prestazioni";
const other = { ...goodRow, cf: "VRDGPP60B02F205X" };
const mario = ["rssmra50a01h501u ", "1"];

async function stocked(): Promise<Keep> {
  const deps = await keep({ a: [goodRow, other, goodRow] });
  await ingest(deps)({ member: "IT-016024", descriptor: example, files: ["a"] });
  return deps;
}
const subjects = async ({ store, blobs }: Keep) =>
  linesOf((await blobs.read((await versionInForce(store, dataset))!.pointer.path))!).map(({ subject }) => subject);

describe("a withdrawal", () => {
  test("takes the rows out at once and says from when the figures follow", async () => {
    const deps = await stocked();
    const [first, second] = await subjects(deps);
    const receipts = await withdraw(deps)({ dataset, identifiers: [mario] });
    expect(receipts).toEqual([
      {
        dataset,
        pseudonym: first,
        at: deps.clock(),
        rowsRemovedAtOnce: true,
        countedNoLongerFrom: "2024-06-30",
        note: expect.stringContaining("Figures already released stay"),
      },
    ]);
    expect(await subjects(deps)).toEqual([second]);
    expect(await deps.blobs.list("versions/")).toEqual([(await versionInForce(deps.store, dataset))!.pointer.path]);
  });

  test("is logged without who", async () => {
    const deps = await stocked();
    const [receipt] = await withdraw(deps)({ dataset, identifiers: [mario] });
    expect(deps.logged.at(-1)).toEqual({ kind: "withdrawal", facts: { dataset, persons: 1 } });
    expect(JSON.stringify(deps.logged)).not.toContain(receipt!.pseudonym);
  });

  test("twice is one, with the time of the first", async () => {
    const deps = await stocked();
    const [first] = await withdraw(deps)({ dataset, identifiers: [mario] });
    const { digest } = (await versionInForce(deps.store, dataset))!.pointer;
    const later = { ...deps, clock: () => deps.clock() + 86_400 * 200 };
    const [again] = await withdraw(later)({ dataset, pseudonyms: [first!.pseudonym], identifiers: [mario] });
    expect(again).toMatchObject({ at: first!.at, countedNoLongerFrom: "2025-02-28" });
    expect((await versionInForce(deps.store, dataset))!.pointer.digest).toBe(digest);
  });

  test("before anything is stored holds for what comes", async () => {
    const deps = await keep({ a: [goodRow, other] });
    const [receipt] = await withdraw(deps)({ dataset, identifiers: [mario] });
    expect(receipt).toMatchObject({ rowsRemovedAtOnce: false, countedNoLongerFrom: null });
    const report = await ingest(deps)({ member: "IT-016024", descriptor: example, files: ["a"] });
    expect(report).toMatchObject({ kept: 1, withdrawn: 1 });
  });

  test("on the last day of the calendar has no date", async () => {
    const deps = await stocked();
    const late = { ...deps, clock: () => Date.UTC(2025, 5, 30, 12) / 1000 };
    expect((await withdraw(late)({ dataset, identifiers: [mario] }))[0]!.countedNoLongerFrom).toBeNull();
  });

  test.each([[{ identifiers: [["only one"]] }], [{ identifiers: [["", "1"]] }], [{ pseudonyms: [""] }]])(
    "of nobody is refused: %j",
    async (who) => {
      const deps = await stocked();
      await expect(withdraw(deps)({ dataset, ...who })).rejects.toMatchObject({ reason: "body-invalid" });
      expect(await subjects(deps)).toHaveLength(3);
    },
  );

  test("that meets another run is carried out on what that run left", async () => {
    const deps = await stocked();
    let once = true;
    const writer: typeof deps.writer = {
      ...deps.writer,
      async without(from, to, gone) {
        await deps.writer.without(from, to, gone);
        if (once) {
          once = false;
          // another person's withdrawal, in between
          await withdraw(deps)({ dataset, identifiers: [["VRDGPP60B02F205X", "1"]] });
        }
      },
    };
    await withdraw({ ...deps, writer })({ dataset, identifiers: [mario] });
    expect(await subjects(deps)).toEqual([]);
  });

  test.each(["before", "after"] as const)("that stops %s any call is carried out by the next", async (when) => {
    for (let call = 1, reached = true; reached; call++) {
      const deps = await stocked();
      const fault = failingAt(call, when);
      await withdraw({ ...deps, store: fault.wrap(deps.store), blobs: fault.wrap(deps.blobs) })({ dataset, identifiers: [mario] }).catch(
        () => undefined,
      );
      reached = fault.reached();
      expect([1, 3]).toContain((await subjects(deps)).length);
      const [receipt] = await withdraw(deps)({ dataset, identifiers: [mario] });
      expect(await subjects(deps)).not.toContain(receipt!.pseudonym);
      expect(await deps.store.get(withdrawals(dataset), receipt!.pseudonym)).toBeDefined();
      expect(await deps.blobs.list("")).toHaveLength(2);
    }
  });
});
