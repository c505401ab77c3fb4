import { describe, expect, test } from "vitest";
import { SubjectReceipt } from "../../../schemas/consent.ts";
import { partitionOf } from "../../../schemas/items/item.ts";
import { receipt, withdrawal } from "../../../schemas/items/keep.ts";
import {
  example,
  failingAt,
  goodRow,
  type Keep,
  keep,
  linesOf,
  refusal,
} from "../../../tests/world/keep.ts";
import { verifyCompact } from "../../signing/jws.ts";
import { ingest } from "../ingest/ingest.ts";
import { versionInForce } from "../version-store.ts";
import { pendingOf } from "../withdrawn.ts";
import { countNamed } from "./receipts.ts";
import { readmit, withdraw } from "./withdraw.ts";

const dataset = "prestazioni";
const other = { ...goodRow, cf: "VRDGPP60B02F205X" };
const mario = ["rssmra50a01h501u ", "1"];

async function stocked(): Promise<Keep> {
  const deps = await keep({ a: [goodRow, other, goodRow] });
  await ingest(deps, { member: "IT-016024", descriptor: example, files: ["a"] });
  return deps;
}
const subjects = async ({ store, blobs }: Keep) =>
  linesOf((await blobs.read((await versionInForce(store, dataset))!.pointer.path))!).map(
    ({ subject }) => subject,
  );

describe("a withdrawal", () => {
  test("takes the rows out at once and says from when the figures follow", async () => {
    const deps = await stocked();
    const [first, second] = await subjects(deps);
    const receipts = await withdraw(deps, { dataset, identifiers: [mario] });
    expect(receipts).toEqual([
      {
        jws: expect.any(String),
        receipt: {
          ...{
            v: 1,
            iss: deps.member,
            iat: deps.clock(),
            id: expect.stringMatching(/^[0-9a-f-]{36}$/),
            dataset,
          },
          kind: "objection",
          subject: { pseudonym: first, epoch: 0 },
          at: deps.clock(),
          rowsRemovedAtOnce: true,
          countedNoLongerFrom: "2024-06-30",
          note: {
            it: expect.stringContaining("Le statistiche già pubblicate restano"),
            en: expect.stringContaining("Figures already released stay"),
          },
        },
      },
    ]);
    expect(await subjects(deps)).toEqual([second]);
    expect(await deps.blobs.list("versions/")).toEqual([
      (await versionInForce(deps.store, dataset))!.pointer.path,
    ]);
  });

  test("is logged without who", async () => {
    const deps = await stocked();
    const [receipt] = await withdraw(deps, { dataset, identifiers: [mario] });
    expect(deps.logged.at(-1)).toEqual({
      kind: "withdrawal",
      facts: { dataset, persons: 1, as: "objection" },
    });
    expect(JSON.stringify(deps.logged)).not.toContain(receipt!.receipt.subject!.pseudonym);
  });

  test("twice is one, with the time of the first", async () => {
    const deps = await stocked();
    const [first] = await withdraw(deps, { dataset, identifiers: [mario] });
    const { digest } = (await versionInForce(deps.store, dataset))!.pointer;
    const later = { ...deps, clock: () => deps.clock() + 86_400 * 200 };
    const [again] = await withdraw(later, {
      dataset,
      pseudonyms: [first!.receipt.subject!.pseudonym],
      identifiers: [mario],
    });
    expect(again!.receipt).toMatchObject({
      at: first!.receipt.at,
      countedNoLongerFrom: "2025-02-28",
    });
    expect((await versionInForce(deps.store, dataset))!.pointer.digest).toBe(digest);
  });

  test("before anything is stored holds for what comes", async () => {
    const deps = await keep({ a: [goodRow, other] });
    const [receipt] = await withdraw(deps, { dataset, identifiers: [mario] });
    expect(receipt!.receipt).toMatchObject({ rowsRemovedAtOnce: false, countedNoLongerFrom: null });
    const report = await ingest(deps, { member: "IT-016024", descriptor: example, files: ["a"] });
    expect(report).toMatchObject({ kept: 1, withdrawn: 1 });
  });

  test("on the last day of the calendar has no date", async () => {
    const deps = await stocked();
    const late = { ...deps, clock: () => Date.UTC(2025, 5, 30, 12) / 1000 };
    expect(
      (await withdraw(late, { dataset, identifiers: [mario] }))[0]!.receipt.countedNoLongerFrom,
    ).toBeNull();
  });

  test.each([
    [{ identifiers: [["only one"]] }],
    [{ identifiers: [["", "1"]] }],
    [{ pseudonyms: [""] }],
  ])("of nobody is refused: %j", async (who) => {
    const deps = await stocked();
    await expect(withdraw(deps, { dataset, ...who })).rejects.toMatchObject({
      reason: "body-invalid",
    });
    expect(await subjects(deps)).toHaveLength(3);
  });

  test("that meets another run is carried out on what that run left", async () => {
    const deps = await stocked();
    let once = true;
    const writer: typeof deps.writer = {
      ...deps.writer,
      async without(from, to, gone, also) {
        await deps.writer.without(from, to, gone, also);
        if (once) {
          once = false;
          // another person's withdrawal, in between
          await withdraw(deps, { dataset, identifiers: [["VRDGPP60B02F205X", "1"]] });
        }
      },
    };
    await withdraw({ ...deps, writer }, { dataset, identifiers: [mario] });
    expect(await subjects(deps)).toEqual([]);
  });

  test.each(["before", "after"] as const)(
    "that stops %s any call is carried out by the next",
    async (when) => {
      for (let call = 1, reached = true; reached; call++) {
        const deps = await stocked();
        const fault = failingAt(call, when);
        await withdraw(
          { ...deps, store: fault.wrap(deps.store), blobs: fault.wrap(deps.blobs) },
          {
            dataset,
            identifiers: [mario],
          },
        ).catch(() => undefined);
        reached = fault.reached();
        expect([1, 3]).toContain((await subjects(deps)).length);
        const [signed] = await withdraw(deps, { dataset, identifiers: [mario] });
        const { pseudonym } = signed!.receipt.subject!;
        expect(await subjects(deps)).not.toContain(pseudonym);
        expect(await deps.store.get(partitionOf(withdrawal, { dataset }), pseudonym)).toBeDefined();
        expect(await pendingOf(deps.store, dataset)).toEqual([]);
        expect(await deps.blobs.list("")).toHaveLength(2);
      }
    },
  );

  test("of thousands at once is one new version", async () => {
    const codes = Array.from({ length: 5000 }, (_, at) => `P${at}`);
    const deps = await keep({ a: codes.map((cf) => ({ ...goodRow, cf })) });
    await ingest(deps, { member: "IT-016024", descriptor: example, files: ["a"] });
    let written = 0;
    const without: typeof deps.writer.without = (...given) => {
      written++;
      return deps.writer.without(...given);
    };
    const writer = { ...deps.writer, without };
    const signed = await withdraw(
      { ...deps, writer },
      {
        dataset,
        identifiers: codes.slice(0, 4500).map((cf) => [cf, "1"]),
      },
    );
    expect([written, signed.length, (await subjects(deps)).length]).toEqual([1, 4500, 500]);
    expect(new Set(signed.map(({ receipt }) => receipt.id)).size).toBe(4500);
    expect(await pendingOf(deps.store, dataset)).toEqual([]);
  });

  test("is signed by the node's release key, over what the person is told, and kept", async () => {
    const deps = await stocked();
    const [signed] = await withdraw(deps, { dataset, identifiers: [mario], kind: "restriction" });
    const keys = [{ kid: deps.signer.kid, use: "release", jwk: deps.signer.jwk, from: 0 }] as const;
    const trust = { keys, use: "release", now: deps.clock() } as const;
    expect(await verifyCompact(signed!.jws, "tavolo-receipt+jws", SubjectReceipt, trust)).toEqual({
      ...signed!.receipt,
      kid: deps.signer.kid,
    });
    expect(signed!.receipt).toMatchObject({
      kind: "restriction",
      note: { en: expect.stringContaining("restricted") },
    });
    const [kept] = [...deps.store.items.values()].filter(
      ({ pk }) => pk === partitionOf(receipt, { dataset }),
    );
    expect(kept!.body).toEqual({ jws: signed!.jws, epoch: 0 });
  });

  test.each([
    ["objection", true, 3],
    ["restriction", true, 3],
    ["erasure", false, 1],
  ] as const)(
    "that was %s and has ended lets the person in again with the next file: %s",
    async (kind, ended, rows) => {
      const deps = await stocked();
      await withdraw(deps, { dataset, identifiers: [mario], kind });
      expect(await readmit(deps, { dataset, identifiers: [mario] })).toBe(1);
      expect(await subjects(deps)).toHaveLength(1);
      await ingest(deps, { member: "IT-016024", descriptor: example, files: ["a"] });
      expect(await subjects(deps)).toHaveLength(rows);
      if (!ended) return;
      await withdraw(
        { ...deps, clock: () => deps.clock() + 10 },
        {
          dataset,
          identifiers: [mario],
          kind,
        },
      );
      expect(await subjects(deps)).toHaveLength(1);
      expect(
        await ingest(deps, { member: "IT-016024", descriptor: example, files: ["a"] }),
      ).toMatchObject({ withdrawn: 2 });
    },
  );

  test("of an identifier that is none of its kind is refused, and its value not shown", async () => {
    const deps = await keep({ a: [{ ...goodRow, cf: "RSSMRA85T10A562S" }] });
    const subject = {
      ...example.subject,
      columns: ["cf"],
      identifiers: { cf: ["codice-fiscale"] },
    };
    await ingest(deps, { member: "IT-016024", descriptor: { ...example, subject }, files: ["a"] });
    const error = await refusal(withdraw(deps, { dataset, identifiers: [["RSSMRA85T10A562A"]] }));
    expect([error.reason, error.hint.detail]).toEqual([
      "body-invalid",
      "person 1: cf is not in the form of its kind",
    ]);
    await withdraw(deps, { dataset, identifiers: [["rss mra 85t10 a562s"]] });
    expect(await subjects(deps)).toEqual([]);
  });

  test("is counted before anything is written, one who is named twice once, whoever is there", async () => {
    const deps = await stocked();
    const held = (await versionInForce(deps.store, dataset))!.pointer;
    const items = JSON.stringify([...deps.store.items]);
    const identifiers = [mario, ["RSSMRA50A01H501U", " 1"], ["NOBODY", "1"]];
    expect(await countNamed({ identifiers, pseudonyms: ["A".repeat(22)] }, held)).toBe(3);
    expect(await countNamed({ identifiers }, undefined)).toBe(2);
    expect(await countNamed({}, held)).toBe(0);
    const error = await refusal(countNamed({ identifiers: [mario, ["one"]] }, held));
    expect(error.reason).toBe("body-invalid");
    expect(JSON.stringify([...deps.store.items])).toBe(items);
  });
});
