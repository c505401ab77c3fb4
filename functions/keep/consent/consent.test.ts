import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConsentExport } from "../../../schemas/consent.ts";
import {
  type Cells,
  example,
  goodRow,
  type Keep,
  keep,
  linesOf,
  refusal,
} from "../../../tests/world/keep.ts";
import { consentEventsOf } from "../consent-register.ts";
import { ingest } from "../ingest/ingest.ts";
import { keysIfThere } from "../pseudonymise.ts";
import { versionInForce } from "../version-store.ts";
import { erase } from "./erase.ts";
import { recordConsent } from "./record-consent.ts";
import { exportConsents } from "./records.ts";
import { datasetsOf, runOut } from "./run-out.ts";
import { withdraw } from "./withdraw.ts";

const dataset = "prestazioni";
const subject = { unit: example.subject.unit, columns: ["cf"] };
const by = (consent: object) => ({
  ...example,
  subject,
  legalBasis: { basis: "consent", reference: "notice 3", consent },
});
const registered = by({ from: "register", validity: "P1Y", contact: "the office" });
const inColumns = by({
  from: "column",
  column: "ok",
  given: ["sì", "yes"],
  date: "on",
  validity: "P2Y",
});
const take = (deps: Keep, descriptor: object, file = "a") =>
  ingest(deps, { member: deps.member, descriptor, files: [file] });
const stored = async ({ store, blobs }: Keep) =>
  linesOf((await blobs.read((await versionInForce(store, dataset))!.pointer.path))!).map(
    (row) => row.subject,
  );
const at = (deps: Keep, day: string): Keep => ({
  ...deps,
  clock: () => Date.parse(`${day}T12:00:00Z`) / 1000,
});
const person = (cf: string, more: Cells = {}): Cells => ({ ...goodRow, cf, ...more });

describe("where rows say who consented", () => {
  test.each<[string, Cells, number, object]>([
    ["yes with its date", { ok: "sì", on: "01/01/2024" }, 1, {}],
    ["yes, however it is written", { ok: " YES ", on: "01/01/2024" }, 1, {}],
    ["no", { ok: "no", on: "01/01/2024" }, 0, { unconsented: 1 }],
    ["nothing", { ok: null, on: null }, 0, { unconsented: 1 }],
    ["yes without a date", { ok: "sì", on: null }, 0, { rejected: 1, rules: { consent: 1 } }],
    ["yes of tomorrow", { ok: "sì", on: "02/03/2024" }, 0, { rejected: 1, rules: { consent: 1 } }],
    ["yes of too long ago", { ok: "sì", on: "01/03/2022" }, 0, { unconsented: 1 }],
    ["yes of just under two years ago", { ok: "sì", on: "02/03/2022" }, 1, {}],
    [
      "no, in a row that is broken besides",
      { ok: "no", on: null, inizio: "never" },
      0,
      { unconsented: 1, rejected: 0 },
    ],
  ])("%s", async (_, cells, count, report) => {
    const deps = await keep({
      a: [person("ADA", cells), person("BEA", { ok: "sì", on: "01/01/2024" })],
    });
    expect(await take(deps, inColumns)).toMatchObject(report);
    expect(await stored(deps)).toHaveLength(1 + count);
  });

  test("one no of a person goes before each yes, in whatever order they stand", async () => {
    const yes = { ok: "sì", on: "01/01/2024" };
    const rows = [
      person("ADA", yes),
      person("BEA", yes),
      person("ADA", { ok: "no" }),
      person("ADA", yes),
    ];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: 4 }), async (a) => {
        const deps = await keep({ a });
        expect(await take(deps, inColumns)).toMatchObject({ read: 4, kept: 1, unconsented: 3 });
        expect(await stored(deps)).toHaveLength(1);
        expect((await exportConsents(deps, { dataset })).records).toHaveLength(1);
      }),
      { numRuns: 24 },
    );
  });

  test("nobody who did not consent is in any file or item, in a middle state either", async () => {
    const deps = await keep({
      a: [person("ADA", { ok: "no" }), person("BEA", { ok: "sì", on: "01/01/2024" })],
    });
    await take(deps, inColumns);
    const [bea] = await stored(deps);
    const names = [...deps.store.items.values()]
      .map(({ sk }) => sk.split("#")[0])
      .filter((name) => /^[\w-]{22}$/.test(name!));
    expect(new Set(names)).toEqual(new Set([bea]));
  });

  test("the same file again notes nothing twice, and a withdrawal stands against what the file says", async () => {
    const deps = await keep({ a: [person("ADA", { ok: "sì", on: "01/01/2024" })] });
    await take(deps, inColumns);
    await take(deps, inColumns);
    await withdraw(deps, { dataset, identifiers: [["ADA"]] });
    expect(await take(deps, inColumns)).toMatchObject({ kept: 0, withdrawn: 1 });
    const [record] = (await exportConsents(deps, { dataset })).records;
    expect(record!.events.map(({ event_state }) => event_state)).toEqual([
      "dpv:ConsentGiven",
      "dpv:ConsentWithdrawn",
    ]);
  });
});

describe("where the node's register says it", () => {
  const stocked = async () => {
    const deps = await keep({ a: ["ADA", "BEA", "CIA"].map((cf) => person(cf)) });
    await recordConsent(deps, {
      dataset,
      descriptor: registered,
      identifiers: [["ADA"], [" bea "]],
    });
    return deps;
  };

  test("only who gave it is stored", async () => {
    const deps = await stocked();
    expect(await take(deps, registered)).toMatchObject({
      read: 3,
      kept: 2,
      unconsented: 1,
      rejected: 0,
    });
    expect(await stored(deps)).toHaveLength(2);
  });

  test.each([
    ["refused", 1],
    ["invalidated", 1],
    ["requested", 2],
    ["renewed", 2],
  ] as const)("%s leaves %i", async (state, left) => {
    const deps = await stocked();
    await take(deps, registered);
    const later = at(deps, "2024-03-02");
    const [signed] = await recordConsent(later, { dataset, identifiers: [["ADA"]], state });
    expect(signed!.receipt).toMatchObject({ kind: "consent", state, dataset });
    expect(await stored(later)).toHaveLength(left);
  });

  test("who withdrew and gives it again is let in by the next file", async () => {
    const deps = await stocked();
    await take(deps, registered);
    const [signed] = await withdraw(at(deps, "2024-03-02"), { dataset, identifiers: [["ADA"]] });
    expect(signed!.receipt.kind).toBe("withdrawal");
    const later = at(deps, "2024-03-05");
    expect(await take(later, registered)).toMatchObject({ kept: 1, withdrawn: 1 });
    const [again] = await recordConsent(later, { dataset, identifiers: [["ADA"]] });
    expect(again!.receipt.state).toBe("given");
    expect(await take(later, registered)).toMatchObject({ kept: 2, withdrawn: 0 });
    const [renewed] = await recordConsent(at(deps, "2024-03-06"), {
      dataset,
      identifiers: [["ADA"]],
    });
    // the register has it that a consent which stood was renewed; the receipt says what the person said
    expect(renewed!.receipt.state).toBe("given");
    const events = [
      ...(await consentEventsOf(deps.store, dataset, await keysIfThere(deps, dataset))).values(),
    ].flat();
    expect(events.map(({ state }) => state)).toContain("renewed");
  });

  test("a consent ends by itself on its day, and not before", async () => {
    const deps = await stocked();
    await recordConsent(at(deps, "2024-02-01"), {
      dataset,
      descriptor: registered,
      identifiers: [["CIA"]],
    });
    await take(deps, registered);
    expect((await versionInForce(deps.store, dataset))!.pointer.consentUntil).toBe("2025-02-01");
    expect(await runOut(at(deps, "2025-01-31"), dataset)).toBeUndefined();
    expect(await stored(deps)).toHaveLength(3);
    const signed = await runOut(at(deps, "2025-02-01"), dataset);
    expect(signed!.receipt).toMatchObject({ kind: "retention", dataset });
    expect(await stored(deps)).toHaveLength(2);
    expect((await versionInForce(deps.store, dataset))!.pointer.consentUntil).toBe("2025-03-01");
    expect(await runOut(at(deps, "2025-02-01"), dataset)).toBeUndefined();
    const { records } = await exportConsents(deps, { dataset, identifiers: [["CIA"]] });
    expect(records.map(({ events }) => events.at(-1)!.event_state)).toEqual(["dpv:ConsentExpired"]);
  });

  test.each<[string, object, string]>([
    [
      "before the first file without the descriptor",
      { dataset, identifiers: [["ADA"]] },
      "no-version",
    ],
    [
      "of a dataset that does not rest on it",
      { dataset, descriptor: example, identifiers: [["ADA", "1"]] },
      "body-invalid",
    ],
    [
      "of tomorrow",
      { dataset, descriptor: registered, identifiers: [["ADA"]], on: "2024-03-02" },
      "body-invalid",
    ],
    [
      "until yesterday",
      { dataset, descriptor: registered, identifiers: [["ADA"]], until: "2024-02-29" },
      "body-invalid",
    ],
  ])("%s it is refused", async (_, said, reason) => {
    expect((await refusal(recordConsent(await keep(), said as never))).reason).toBe(reason);
  });

  test("the records have the form of ISO/IEC TS 27560, with the receipts that were given", async () => {
    const deps = await stocked();
    await take(deps, registered);
    await withdraw(at(deps, "2024-03-02"), { dataset, identifiers: [["ADA"]] });
    const exported = await exportConsents(deps, { dataset });
    expect(ConsentExport.parse(JSON.parse(JSON.stringify(exported)))).toEqual(exported);
    const records = exported.records.toSorted((a, b) => b.events.length - a.events.length);
    expect(
      records.map(({ events, receipts }) => [
        events.map(({ event_state }) => event_state),
        receipts.length,
      ]),
    ).toEqual([
      [["dpv:ConsentGiven", "dpv:ConsentWithdrawn"], 2],
      [["dpv:ConsentGiven"], 1],
    ]);
    expect(records[0]).toMatchObject({
      "@type": "dpv:ConsentRecord",
      notice: { privacy_notice: "notice 3" },
      processing: [
        {
          lawful_basis: ["eu-gdpr:A6-1-a"],
          pii_controllers: [deps.member],
          withdrawal_method: "the office",
        },
      ],
    });
    const again = await exportConsents(deps, { dataset });
    expect(again.records.map(({ record_id }) => record_id)).toEqual(
      exported.records.map(({ record_id }) => record_id),
    );
    expect(JSON.stringify(exported)).not.toMatch(/ADA|BEA/);
  });
});

describe("erasure", () => {
  test("leaves nothing of a person but one pseudonym, and a receipt that names nobody", async () => {
    const deps = await keep({ a: ["ADA", "BEA"].map((cf) => person(cf)) });
    await recordConsent(deps, { dataset, descriptor: registered, identifiers: [["ADA"], ["BEA"]] });
    await take(deps, registered);
    const [ada] = await stored(deps);
    await deps.blobs.write(
      `drafts/versions/${dataset}/left-by-a-run-that-died.parquet`,
      Buffer.from(JSON.stringify({ subject: ada })),
    );
    const signed = await erase(deps, { dataset, identifiers: [["ADA"]] });
    expect(signed!.receipt).not.toHaveProperty("subject");
    expect(signed!.receipt).toMatchObject({
      kind: "erasure",
      rowsRemovedAtOnce: true,
      countedNoLongerFrom: "2024-06-30",
    });
    for (const path of await deps.blobs.list(""))
      expect(Buffer.from((await deps.blobs.read(path))!).includes(ada!)).toBe(false);
    const left = [...deps.store.items.values()].filter((item) =>
      JSON.stringify(item).includes(ada!),
    );
    expect(left.map(({ pk, sk }) => [pk, sk])).toEqual([[`release#withdrawal#${dataset}`, ada]]);
    expect(JSON.stringify(deps.logged)).not.toContain(ada);
    expect(await take(deps, registered)).toMatchObject({ kept: 1, withdrawn: 1 });
  });

  test("of nobody is nothing", async () => {
    expect(await erase(await keep(), { dataset })).toBeUndefined();
  });
});

describe("retention", () => {
  const rows = [
    person("ADA", { anno: "2022", inizio: "10/01/2022" }),
    person("BEA", { anno: "2023", inizio: "10/02/2023" }),
    person("CIA", { anno: "2023", inizio: "10/06/2023" }),
  ];

  test.each<[string, object, [string, number, string | undefined][]]>([
    [
      "by period",
      { keep: "P2Y" },
      [
        ["2024-12-31", 3, "2025-01-01"],
        ["2025-01-01", 2, "2026-01-01"],
        ["2025-12-31", 2, "2026-01-01"],
        ["2026-01-01", 0, undefined],
      ],
    ],
    [
      "by start",
      { keep: "P30M", from: "start" },
      [
        ["2024-07-09", 3, "2024-07-10"],
        ["2024-07-10", 2, "2025-08-10"],
        ["2025-08-10", 1, "2025-12-10"],
        ["2026-07-10", 0, undefined],
      ],
    ],
  ])("%s rows go on their day", async (_, retention, days) => {
    const deps = await keep({ a: rows });
    await take(deps, { ...example, subject: { ...subject, start: "inizio" }, retention });
    for (const [day, left, until] of days) {
      const before = (await versionInForce(deps.store, dataset))!.pointer.until ?? "9999";
      const signed = await runOut(at(deps, day), dataset);
      expect([day, signed?.receipt.kind]).toEqual([day, before <= day ? "retention" : undefined]);
      expect([day, (await stored(deps)).length]).toEqual([day, left]);
      expect((await versionInForce(deps.store, dataset))!.pointer.until).toBe(until);
    }
    expect(await datasetsOf(deps)).toEqual([dataset]);
  });

  test("a file brings none back that has run out", async () => {
    const deps = at(await keep({ a: rows }), "2025-02-01");
    expect(await take(deps, { ...example, subject, retention: { keep: "P2Y" } })).toMatchObject({
      read: 3,
      kept: 2,
      ranOut: 1,
    });
  });
});
