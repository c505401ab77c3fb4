import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { partitionOf } from "../../schemas/items/item.ts";
import { withdrawal } from "../../schemas/items/keep.ts";
import {
  example,
  failingAt,
  goodRow,
  type Keep,
  keep,
  linesOf,
  refusal,
} from "../../tests/world/keep.ts";
import { recordConsent } from "./consent/record-consent.ts";
import { exportConsents } from "./consent/records.ts";
import { runOut } from "./consent/run-out.ts";
import { withdraw } from "./consent/withdraw.ts";
import { ingest } from "./ingest/ingest.ts";
import { keysIfThere, keysOf, lifted, pseudonymOf } from "./pseudonymise.ts";
import { destroyKeys, finishRotation, forgetKeys, rotate } from "./rekey.ts";
import { versionInForce } from "./version-store.ts";
import { announceLeave, pendingOf, settle } from "./withdrawn.ts";

const dataset = "prestazioni";
const NOW = Date.UTC(2024, 2, 1) / 1000;
const descriptor = { ...example, subject: { unit: example.subject.unit, columns: ["cf"] } };
const consented = {
  ...descriptor,
  legalBasis: { basis: "consent", reference: "x", consent: { from: "register" } },
};
const people = ["ADA", "BEA", "CIA"];
const take = (deps: Keep, by: object = descriptor) =>
  ingest(deps, { member: deps.member, descriptor: by, files: ["a"] });
const rows = async ({ store, blobs }: Keep) =>
  linesOf((await blobs.read((await versionInForce(store, dataset))!.pointer.path))!).map(
    (row) => row.subject,
  );
const names = (deps: Keep) =>
  [...deps.store.items.values()]
    .map(({ sk }) => sk.split("#")[0]!)
    .filter((name) => /^[\w-]{22}$/.test(name));
const stocked = async () => {
  const deps = await keep({ a: [...people, "ADA"].map((cf) => ({ ...goodRow, cf })) });
  await take(deps);
  return deps;
};

describe("pseudonyms", () => {
  const chain = fc.uint8Array({ minLength: 32, maxLength: 32 });
  test("of a later epoch are those of the first one, lifted step by step or at once", () => {
    fc.assert(
      fc.property(
        fc.array(chain, { minLength: 1, maxLength: 5 }),
        fc.array(fc.string(), { minLength: 1, maxLength: 3 }),
        fc.nat(),
        (keys, who, cut) => {
          const all = keysOf(Buffer.concat(keys));
          const epoch = cut % keys.length;
          const then = keysOf(Buffer.concat(keys.slice(0, epoch + 1)));
          expect(lifted(all, pseudonymOf(then, who), epoch)).toBe(pseudonymOf(all, who));
          expect(pseudonymOf(all, who)).toMatch(/^[\w-]{22}$/);
        },
      ),
    );
  });

  test("under different keys, or of different persons, have nothing in common", () => {
    fc.assert(
      fc.property(chain, chain, fc.string(), fc.string(), (one, other, a, b) => {
        const under = (key: Uint8Array, who: string) => pseudonymOf(keysOf(key), [who]);
        fc.pre(Buffer.compare(one, other) !== 0);
        expect(under(one, a)).not.toBe(under(other, a));
        if (a.trim().normalize("NFC").toUpperCase() !== b.trim().normalize("NFC").toUpperCase())
          expect(under(one, a)).not.toBe(under(one, b));
        if (b.trim() !== "")
          expect(pseudonymOf(keysOf(one), [a, b])).not.toBe(pseudonymOf(keysOf(one), [a + b, ""]));
      }),
    );
  });

  test("of two datasets of one node cannot be joined", async () => {
    const deps = await stocked();
    const first = await rows(deps);
    await ingest(deps, {
      member: deps.member,
      descriptor: { ...descriptor, id: "other" },
      files: ["a"],
    });
    const { path } = (await versionInForce(deps.store, "other"))!.pointer;
    for (const { subject } of linesOf((await deps.blobs.read(path))!))
      expect(first).not.toContain(subject);
  });
});

describe("a change of keys", () => {
  test("gives everybody another name, everywhere, and the same persons stay together", async () => {
    const deps = await keep({ a: [...people, "ADA"].map((cf) => ({ ...goodRow, cf })) });
    await recordConsent(deps, {
      dataset,
      descriptor: consented,
      identifiers: people.map((cf) => [cf]),
    });
    await take(deps, consented);
    await withdraw(deps, { dataset, identifiers: [["CIA"]] });
    const before = {
      rows: await rows(deps),
      names: names(deps),
      files: await deps.blobs.list("keys/"),
    };
    expect(await rotate(deps, dataset, NOW)).toBe(1);
    const after = await rows(deps);
    expect(after.map((name) => after.indexOf(name))).toEqual(
      before.rows.map((name) => before.rows.indexOf(name)),
    );
    for (const name of [...before.rows, ...before.names])
      expect([...after, ...names(deps)]).not.toContain(name);
    expect(names(deps)).toHaveLength(before.names.length);
    expect(await deps.blobs.list("keys/")).toHaveLength(1);
    expect(await deps.blobs.list("keys/")).not.toEqual(before.files);

    expect(await take(deps, consented)).toMatchObject({ kept: 3, withdrawn: 1 });
    expect(await rows(deps)).toEqual(after);
    expect(
      (await exportConsents(deps, { dataset, identifiers: [["CIA"]] })).records[0]!.events,
    ).toHaveLength(2);
  });

  test("lets a receipt's old pseudonym be found again, by its epoch", async () => {
    const deps = await stocked();
    const [ada] = await rows(deps);
    await rotate(deps, dataset, NOW);
    await rotate(deps, dataset, NOW);
    await withdraw(deps, { dataset, pseudonyms: [ada!], epoch: 0 });
    expect(await rows(deps)).toHaveLength(2);
    expect((await refusal(withdraw(deps, { dataset, pseudonyms: [ada!], epoch: 3 }))).reason).toBe(
      "body-invalid",
    );
  });

  test("while a file is being read makes that run do nothing, and the next one right", async () => {
    const deps = await stocked();
    let once = true;
    const source: typeof deps.source = async function* (...given) {
      if (once) {
        once = false;
        await rotate(deps, dataset, NOW);
      }
      yield* deps.source(...given);
    };
    expect((await refusal(take({ ...deps, source }))).reason).toBe("conflict");
    expect((await versionInForce(deps.store, dataset))!.pointer.epoch).toBe(1);
    await withdraw(deps, { dataset, identifiers: [["ADA"]] });
    expect(await take(deps)).toMatchObject({ kept: 2, withdrawn: 2 });
  });

  test("while the first file is being read is carried out on it", async () => {
    const deps = await keep({ a: people.map((cf) => ({ ...goodRow, cf })) });
    const source: typeof deps.source = async function* (...given) {
      await withdraw(deps, { dataset, identifiers: [["ADA"]] });
      await rotate(deps, dataset, NOW);
      yield* deps.source(...given);
    };
    await take({ ...deps, source });
    const keys = (await keysIfThere(deps, dataset))!;
    expect([keys.epoch, (await versionInForce(deps.store, dataset))!.pointer.epoch]).toEqual([
      1, 1,
    ]);
    expect((await rows(deps)).toSorted()).toEqual(
      ["BEA", "CIA"].map((cf) => pseudonymOf(keys, [cf])).toSorted(),
    );
  });

  test("that meets somebody leaving under the old key takes them out", async () => {
    const deps = await stocked();
    const [ada] = await rows(deps);
    await rotate(deps, dataset, NOW);
    await announceLeave(deps.store, dataset, { names: [ada!], epoch: 0 }, "objection", NOW);
    await settle(deps, dataset, NOW);
    expect(await rows(deps)).toHaveLength(2);
    expect(await take(deps)).toMatchObject({ withdrawn: 2 });
  });

  test.each(["before", "after"] as const)(
    "that stops %s any call loses nobody, and the next run finishes it",
    async (when) => {
      for (let call = 1, reached = true; reached; call++) {
        const deps = await stocked();
        await withdraw(deps, { dataset, identifiers: [["CIA"]] });
        const fault = failingAt(call, when);
        await rotate(
          { ...deps, store: fault.wrap(deps.store), blobs: fault.wrap(deps.blobs) },
          dataset,
          NOW,
        ).catch(() => undefined);
        reached = fault.reached();
        if (call % 2 === 0) await withdraw(deps, { dataset, identifiers: [["ADA"]] });
        const gone = call % 2 === 0 ? { kept: 1, withdrawn: 3 } : { kept: 3, withdrawn: 1 };
        expect([call, await take(deps)]).toMatchObject([call, gone]);
        await finishRotation(deps, dataset, NOW);
        const keys = (await keysIfThere(deps, dataset))!;
        expect((await versionInForce(deps.store, dataset))!.pointer.epoch).toBe(keys.epoch);
        for await (const { sk, body } of deps.store.query(partitionOf(withdrawal, { dataset }))) {
          expect(body).toMatchObject({ epoch: keys.epoch });
          expect(["CIA", "ADA"].map((cf) => pseudonymOf(keys, [cf]))).toContain(sk);
        }
        expect(await pendingOf(deps.store, dataset)).toEqual([]);
      }
    },
  );

  test("of a dataset without pseudonyms, or twice at once, is refused or done in turn", async () => {
    expect((await refusal(rotate(await keep(), dataset, NOW))).reason).toBe("no-version");
    const deps = await stocked();
    const outcomes = await Promise.allSettled([
      rotate(deps, dataset, NOW),
      rotate(deps, dataset, NOW),
    ]);
    expect(outcomes.some(({ status }) => status === "fulfilled")).toBe(true);
    await finishRotation(deps, dataset, NOW);
    const keys = (await keysIfThere(deps, dataset))!;
    expect(new Set(await rows(deps))).toEqual(new Set(people.map((cf) => pseudonymOf(keys, [cf]))));
  });
});

/** The same, and whenever the files of keys are about to be listed for the first time, something else is done first. */
const meanwhile = (deps: Keep, work: () => Promise<unknown>): Keep => {
  let done = false;
  const list = async (prefix: string) => {
    if (!done) {
      done = true;
      await work();
    }
    return deps.blobs.list(prefix);
  };
  return { ...deps, blobs: { ...deps.blobs, list } };
};

describe("a key that somebody else lays over them meanwhile", () => {
  test("is not taken for a former one by who finishes a change", async () => {
    const deps = await stocked();
    await rotate(
      meanwhile(deps, () => rotate(deps, dataset, NOW)),
      dataset,
      NOW,
    );
    const keys = (await keysIfThere(deps, dataset))!;
    expect(keys.chain).toHaveLength(3);
    expect(new Set(await rows(deps))).toEqual(new Set(people.map((cf) => pseudonymOf(keys, [cf]))));
  });

  test("is not let go with those that nobody needs", async () => {
    const deps = await keep({ a: people.map((cf) => ({ ...goodRow, cf })) });
    await take(deps, { ...descriptor, retention: { keep: "P2Y" } });
    await rotate(deps, dataset, NOW);
    await settle(deps, dataset, NOW + 5 * 366 * 86_400);
    const went = await forgetKeys(
      meanwhile(deps, () => rotate(deps, dataset, NOW)),
      dataset,
      NOW,
    );
    const keys = (await keysIfThere(deps, dataset))!;
    expect(went || keys.chain.length > 1).toBe(true);
    await take(deps);
    expect(new Set(await rows(deps))).toEqual(new Set(people.map((cf) => pseudonymOf(keys, [cf]))));
  });
});

describe("former keys", () => {
  /** Rows under two keys; then all of them are gone, and nothing else names anybody. */
  const emptied = async () => {
    const deps = await keep({ a: people.map((cf) => ({ ...goodRow, cf })) });
    await take(deps, { ...descriptor, retention: { keep: "P2Y" } });
    await rotate(deps, dataset, NOW);
    await settle(deps, dataset, NOW + 5 * 366 * 86_400);
    return deps;
  };
  const bytesOf = async ({ blobs }: Keep) =>
    (await Promise.all((await blobs.list("keys/")).map((path) => blobs.read(path)))).map(
      (file) => file!.length,
    );

  test("go once nothing that is stored was named with them; whoever comes is named by a fresh one", async () => {
    const deps = await emptied();
    const old = (await keysIfThere(deps, dataset))!;
    expect(await bytesOf(deps)).toEqual([64]);
    expect(await forgetKeys(deps, dataset, NOW)).toBe(true);
    expect(await bytesOf(deps)).toEqual([32]);
    const keys = (await keysIfThere(deps, dataset))!;
    expect([keys.first, keys.epoch, keys.chain.length]).toEqual([2, 2, 1]);
    expect((await versionInForce(deps.store, dataset))!.pointer.epoch).toBe(2);
    await take(deps);
    expect(new Set(await rows(deps))).toEqual(new Set(people.map((cf) => pseudonymOf(keys, [cf]))));
    for (const cf of people) expect(await rows(deps)).not.toContain(pseudonymOf(old, [cf]));
    await withdraw(deps, { dataset, identifiers: [["ADA"]] });
    expect(await take(deps)).toMatchObject({ kept: 2, withdrawn: 1 });
    // a later change goes on from there, and a name of before cannot be found
    expect(await rotate(deps, dataset, NOW)).toBe(3);
    expect(await take(deps)).toMatchObject({ kept: 2, withdrawn: 1 });
    expect(
      (
        await refusal(
          withdraw(deps, { dataset, pseudonyms: [pseudonymOf(old, ["BEA"])], epoch: 1 }),
        )
      ).reason,
    ).toBe("key-destroyed");
  });

  test.each<[string, (deps: Keep) => Promise<unknown>]>([
    ["rows", (deps) => take(deps)],
    [
      "somebody who left, whom a later file must not bring back",
      (deps) => withdraw(deps, { dataset, identifiers: [["ADA"]] }),
    ],
    [
      "somebody who is about to leave",
      (deps) =>
        announceLeave(deps.store, dataset, { names: ["A".repeat(22)], epoch: 1 }, "objection", NOW),
    ],
  ])("stay where they are needed: %s", async (_, something) => {
    const deps = await emptied();
    await something(deps);
    expect(await forgetKeys(deps, dataset, NOW)).toBe(false);
    expect(await bytesOf(deps)).toEqual([64]);
  });

  test("are let go by the schedule alone, when the last rows have run out", async () => {
    const deps = await keep({ a: people.map((cf) => ({ ...goodRow, cf })) });
    await take(deps, { ...descriptor, retention: { keep: "P2Y" } });
    await rotate(deps, dataset, NOW);
    expect(await runOut(deps, dataset)).toBeUndefined();
    expect(await bytesOf(deps)).toEqual([64]);
    await runOut({ ...deps, clock: () => NOW + 5 * 366 * 86_400 }, dataset);
    expect(await bytesOf(deps)).toEqual([32]);
  });

  test("somebody leaves, or a file comes in, just as they go: nobody is noted under a name that cannot be found", async () => {
    for (const moment of ["begun", "looked", "gone"] as const)
      for (const event of ["leaves", "comes"] as const) {
        const deps = await emptied();
        let happened: Promise<unknown> | undefined;
        const noted = {
          names: [pseudonymOf((await keysIfThere(deps, dataset))!, ["ADA"])],
          epoch: 1,
        };
        const happens = () =>
          (event === "leaves"
            ? announceLeave(deps.store, dataset, noted, "objection", NOW)
            : take(deps)
          ).then(
            () => "done",
            (error: { reason: string }) => error.reason,
          );
        const store: Keep["store"] = {
          ...deps.store,
          async put(item, condition) {
            const won = await deps.store.put(item, condition);
            const body = item.body as { forgetting?: true; first?: number };
            const now =
              item.pk === "keep#key"
                ? body.forgetting
                  ? "begun"
                  : body.first
                    ? "gone"
                    : ""
                : item.pk === "release#version"
                  ? "looked"
                  : "";
            if (now === moment && happened === undefined) {
              happened = happens();
              await happened;
            }
            return won;
          },
        };
        const forgotten = await forgetKeys({ ...deps, store }, dataset, NOW);
        const outcome = await happened;
        // what was refused was taken back, and done again it holds
        if (outcome === "conflict") expect(await pendingOf(deps.store, dataset)).toEqual([]);
        if (event === "leaves") await withdraw(deps, { dataset, identifiers: [["ADA"]] });
        expect([moment, event, await take(deps)]).toMatchObject([
          moment,
          event,
          event === "leaves" ? { kept: 2, withdrawn: 1 } : { kept: 3 },
        ]);
        const keys = (await keysIfThere(deps, dataset))!;
        expect(await bytesOf(deps)).toEqual([32 * keys.chain.length]);
        expect([moment, event, forgotten, keys.first]).toEqual([
          moment,
          event,
          forgotten,
          forgotten ? 2 : 0,
        ]);
      }
  });

  test.each(["before", "after"] as const)(
    "that stops %s any call leaves keys that find whoever comes",
    async (when) => {
      for (let call = 1, reached = true; reached; call++) {
        const deps = await emptied();
        const fault = failingAt(call, when);
        await forgetKeys(
          { ...deps, store: fault.wrap(deps.store), blobs: fault.wrap(deps.blobs) },
          dataset,
          NOW,
        ).catch(() => undefined);
        reached = fault.reached();
        expect([call, await take(deps)]).toMatchObject([call, { kept: 3 }]);
        await withdraw(deps, { dataset, identifiers: [["ADA"]] });
        expect([call, await take(deps)]).toMatchObject([call, { kept: 2, withdrawn: 1 }]);
      }
    },
  );
});

describe("once the key is destroyed", () => {
  test("nobody is found by identifier, rows stay, and those who have their pseudonym can still leave", async () => {
    const deps = await stocked();
    await rotate(deps, dataset, NOW);
    const [ada] = await rows(deps);
    await destroyKeys(deps, dataset, NOW);
    await destroyKeys(deps, dataset, NOW);
    expect(await deps.blobs.list("keys/")).toEqual([]);
    for (const run of [
      () => withdraw(deps, { dataset, identifiers: [["ADA"]] }),
      () => take(deps),
      () => rotate(deps, dataset, NOW),
    ])
      expect((await refusal(run())).reason).toBe("key-destroyed");
    expect(await rows(deps)).toHaveLength(4);
    await withdraw(deps, { dataset, pseudonyms: [ada!] });
    expect(await rows(deps)).toHaveLength(2);
  });

  test("another dataset keeps its own", async () => {
    const deps = await stocked();
    await ingest(deps, {
      member: deps.member,
      descriptor: { ...descriptor, id: `${dataset}-2` },
      files: ["a"],
    });
    await destroyKeys(deps, dataset, NOW);
    expect(await deps.blobs.list("keys/")).toEqual([expect.stringContaining(`${dataset}-2-`)]);
  });
});
