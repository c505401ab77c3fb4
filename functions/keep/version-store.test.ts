import { describe, expect, test } from "vitest";
import { partitionOf } from "../../schemas/items/item.ts";
import { withdrawal } from "../../schemas/items/keep.ts";
import {
  failingAt,
  goodRow,
  job,
  keep,
  linesOf,
  linesWriter,
  refusal,
  storedRows,
} from "../../tests/world/keep.ts";
import { ingest } from "./ingest/ingest.ts";
import { versionInForce } from "./version-store.ts";
import { announceLeave } from "./withdrawn.ts";

describe("storing", () => {
  test("the same bytes give the same version, and no second one", async () => {
    const deps = await keep({ a: [goodRow] });
    const first = await ingest(deps, job());
    const again = await ingest(deps, job());
    expect(again.version).toBe(first.version);
    expect(await deps.blobs.list("versions/")).toEqual([expect.stringContaining(first.version)]);
  });

  test("a new descriptor over the same bytes is put in force", async () => {
    const deps = await keep({ a: [goodRow] });
    const first = await ingest(deps, job());
    const again = await ingest(deps, job({ licence: "CC-BY-4.0" }));
    const held = (await versionInForce(deps.store, "prestazioni"))!;
    expect([again.version, held.pointer.digest, held.pointer.descriptor.licence]).toEqual([
      first.version,
      first.version,
      "CC-BY-4.0",
    ]);
  });

  test("a new version replaces the old one, whose file goes", async () => {
    const deps = await keep({ a: [goodRow], b: [{ ...goodRow, ore: "1" }] });
    await ingest(deps, job());
    const second = await ingest(deps, job({}, ["b"]));
    expect(await deps.blobs.list("")).toEqual([
      expect.stringMatching(/^keys\/pseudonym\/prestazioni-/),
      expect.stringContaining(second.version),
    ]);
  });

  test("other datasets are left alone", async () => {
    const deps = await keep({ a: [goodRow], b: [{ ...goodRow, ore: "1" }] });
    const other = await ingest(deps, job({ id: "prestazioni-2" }));
    await ingest(deps, job());
    await ingest(deps, job({}, ["b"]));
    expect(await deps.blobs.list("versions/prestazioni-2/")).toEqual([
      expect.stringContaining(other.version),
    ]);
  });

  test("who withdrew before is left out", async () => {
    const deps = await keep({ a: [goodRow, { ...goodRow, cf: "VRDGPP60B02F205X" }] });
    await ingest(deps, job());
    const [first, second] = (await storedRows(deps))!.map(({ subject }) => subject);
    await deps.store.put({
      pk: partitionOf(withdrawal, { dataset: "prestazioni" }),
      sk: first!,
      body: { at: 1 },
      revision: 1,
    });
    expect(await ingest(deps, job())).toMatchObject({ read: 2, kept: 1, withdrawn: 1 });
    expect((await storedRows(deps))!.map(({ subject }) => subject)).toEqual([second]);
  });

  test("who withdraws while the first version is written is left out as well", async () => {
    const deps = await keep({ a: [goodRow, { ...goodRow, cf: "VRDGPP60B02F205X" }] });
    const writer: typeof linesWriter = {
      ...linesWriter,
      async write(path, columns, rows) {
        await linesWriter.write(path, columns, rows);
        const [row] = linesOf((await deps.blobs.read(path.slice(deps.blobs.root.length + 1)))!);
        await announceLeave(
          deps.store,
          "prestazioni",
          { names: [row!.subject], epoch: 0 },
          "objection",
          1,
        );
      },
    };
    const report = await ingest({ ...deps, writer }, job());
    expect(await storedRows(deps)).toHaveLength(1);
    expect((await versionInForce(deps.store, "prestazioni"))!.pointer.digest).toBe(report.version);
    expect(await deps.blobs.list("versions/")).toHaveLength(1);
  });

  test("of two runs at once one is told that the other was first", async () => {
    const deps = await keep({ a: [goodRow], b: [{ ...goodRow, ore: "1" }] });
    await ingest(deps, job());
    const source: typeof deps.source = async function* (...asked) {
      await ingest(deps, job({}, ["b"]));
      yield* deps.source(...asked);
    };
    const slow = { ...deps, source };
    // also where it is about to publish the very version that was in force when it began
    expect((await refusal(ingest(slow, job()))).reason).toBe("conflict");
    expect((await storedRows(deps))![0]!.measures).toEqual([100]);
    expect(await deps.blobs.list("versions/")).toHaveLength(1);
  });
});

describe("a machine that stops at any call", () => {
  test.each(["before", "after"] as const)(
    "%s its effect leaves a whole version, and the next run succeeds",
    async (when) => {
      let call = 1;
      for (let reached = true; reached; call++) {
        const deps = await keep({ a: [goodRow], b: [{ ...goodRow, ore: "1" }] });
        await ingest(deps, job());
        const fault = failingAt(call, when);
        const stopping = { ...deps, store: fault.wrap(deps.store), blobs: fault.wrap(deps.blobs) };
        await ingest(stopping, job({}, ["b"])).catch(() => undefined);
        reached = fault.reached();
        expect([[100], [1235]]).toContainEqual((await storedRows(deps))![0]!.measures);
        const report = await ingest(deps, job({}, ["b"]));
        expect((await storedRows(deps))![0]!.measures).toEqual([100]);
        expect(await deps.blobs.list("")).toEqual([
          expect.stringMatching(/^keys\/pseudonym\/prestazioni-/),
          expect.stringContaining(report.version),
        ]);
      }
      expect(call).toBeGreaterThan(10);
    },
  );

  test("in a first run leaves none or a whole one", async () => {
    for (let call = 1, reached = true; reached; call++) {
      const deps = await keep({ a: [goodRow] });
      const fault = failingAt(call, "before");
      await ingest(
        { ...deps, store: fault.wrap(deps.store), blobs: fault.wrap(deps.blobs) },
        job(),
      ).catch(() => undefined);
      reached = fault.reached();
      const rows = await storedRows(deps);
      if (rows !== undefined) expect(rows).toHaveLength(1);
      await ingest(deps, job());
      expect(await storedRows(deps)).toHaveLength(1);
    }
  });
});
