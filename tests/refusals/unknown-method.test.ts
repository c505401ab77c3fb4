/**
 * A method of release that nobody wrote, which came around the types and the schemas: it is refused wherever something depends
 * on the method, so that no exact figure goes out as if it had been released.
 */
import { describe, expect, test } from "vitest";
import { accept } from "../../functions/disclosure/descriptor-rules.ts";
import { fieldsOf } from "../../functions/disclosure/fields.ts";
import { planFor } from "../../functions/disclosure/figure-plan.ts";
import { fixedBy } from "../../functions/disclosure/fixed-policy.ts";
import { methodOf } from "../../functions/disclosure/methods/methods.ts";
import { readingOf } from "../../functions/disclosure/methods/reading.ts";
import { planRelease, type ReleasePlan } from "../../functions/disclosure/release-plan.ts";
import { select } from "../../functions/disclosure/select.ts";
import { tidyRelease } from "../../functions/formats/release.ts";
import { originOf } from "../../functions/indicators/compare/sheet.ts";
import { chargeOf } from "../../functions/owner/holdings.ts";
import { cubeTable, manifestOf } from "../../functions/release/manifest.ts";
import { protectorOf } from "../../functions/release/methods/methods.ts";
import { protect } from "../../functions/release/protect/protect.ts";
import type { Descriptor } from "../../schemas/descriptor.ts";
import { OwnDataset } from "../../schemas/owner.ts";
import { Manifest } from "../../schemas/release.ts";
import { MethodName } from "../../schemas/words.ts";
import { makeAnswerer } from "../world/answerer.ts";
import { makeManifest, NOW } from "../world/federation.ts";
import { descriptorWith } from "../world/policy.ts";

const UNKNOWN = "rounding" as MethodName;
const REFUSED = expect.objectContaining({ name: "Refused", reason: "descriptor-invalid" });

const known = descriptorWith({ axes: [["a", "b"]], atMost: 1, pair: false });
const seeded: Descriptor = { ...known, policy: { ...known.policy, method: UNKNOWN } };
const plan = planRelease(known, "2022");
/** A plan with true variances, whose method was changed afterwards. */
const seededPlan: ReleasePlan = { ...plan, descriptor: seeded };
const cross = { rows: [{ codes: ["a"], values: plan.fields.map(() => 3) }] };
const RELEASE = "IT-028060/small/2022/1";
const key = () => new Uint8Array(32).fill(7);
const reservation = {
  entry: {
    release: RELEASE,
    dataset: "small",
    period: "2022",
    number: 1,
    mu2: 0,
    fields: [],
    at: 0,
  },
  calendar: known.policy.calendar["2022"] ?? [],
  account: {
    ...{ ceiling: 15, raises: [], corrections: [], entries: [], revision: 1 },
    fixed: Object.values(fixedBy(known, 0)).map((fixed) => ({
      ...fixed,
      ...{ dataset: "small", period: "2022" },
    })),
  },
  former: { ceiling: 15, raises: [], fixed: [], corrections: [], entries: [], revision: 0 },
};

const manifest = makeManifest("IT-034027", { kind: "statistics" });
const seededManifest: Manifest = {
  ...manifest,
  policy: { ...manifest.policy, method: UNKNOWN },
};
const question = {
  ...{ members: ["IT-034027"], dataset: "prestazioni", period: "2022" },
  ...{ measures: [{ count: "any" }], by: [], where: {} },
};

test("each method has both halves, and what is no method has neither", () => {
  for (const name of MethodName.options)
    expect([typeof methodOf(name).plan, typeof protectorOf(name)]).toEqual([
      "function",
      "function",
    ]);
  for (const name of [UNKNOWN, "toString", "", undefined] as MethodName[]) {
    expect(() => methodOf(name)).toThrow(REFUSED);
    expect(() => readingOf(name)).toThrow(REFUSED);
    expect(() => protectorOf(name)).toThrow(REFUSED);
  }
});

describe("making a release", () => {
  test.each<[string, () => unknown]>([
    ["accept", () => accept(seeded)],
    ["lay out", () => fieldsOf(seeded)],
    ["plan", () => planRelease(seeded, "2022")],
    ["charge", () => chargeOf({ descriptor: seeded, periods: ["2022"], number: 1 }, "2022")],
    ["protect", () => protect(cross, seededPlan, key(), RELEASE)],
    ["mark", () => cubeTable(protect(cross, plan, key(), RELEASE), seededPlan)],
    ["manifest", () => manifestOf(seededPlan, reservation, "IT-028060", manifest.cube, NOW)],
  ])("%s", (_, step) => {
    expect(step).toThrow(REFUSED);
  });

  test("what is released under the lattice has noise in every field, and says so", () => {
    const table = cubeTable(protect(cross, plan, key(), RELEASE), plan);
    expect(plan.fields.every(({ released }) => released.variance > 0)).toBe(true);
    expect(table.sd.every((sd) => sd !== null && sd > 0)).toBe(true);
    expect(table.obsStatus).not.toContain("E");
    expect(table.value.filter((value) => value === 3)).toEqual([]);
    expect(manifestOf(plan, reservation, "IT-028060", manifest.cube, NOW)).toMatchObject({
      policy: { method: "lattice", advantage: 10 },
      horizon: { period: 60 },
    });
  });
});

describe("reading one", () => {
  test.each<[string, () => unknown]>([
    ["a question", () => planFor(question, seededManifest)],
    [
      "a node's cells",
      () =>
        select(
          planFor(question, manifest),
          {
            manifest: seededManifest,
            trees: [],
            size: 0,
            value: () => 3,
            at: () => ({ steps: 3, status: "A", revised: false }),
            find: () => undefined,
          },
          5,
        ),
    ],
    ["a release as a table", () => tidyRelease([], seededManifest)],
    ["a figure that is compared", () => originOf([seededManifest])],
  ])("%s", (_, step) => {
    expect(step).toThrow(REFUSED);
  });

  test("a node that was given one answers nobody, and opens no cube", async () => {
    const open = await makeAnswerer(manifest);
    expect(typeof (await open.ask())).toBe("string");
    const closed = await makeAnswerer(seededManifest);
    await expect(closed.ask()).rejects.toEqual(REFUSED);
    expect([closed.opened(), closed.logged]).toEqual([0, ["refusal"]]);
  });

  test("hub, client and page read no manifest and no dataset that names it", () => {
    expect(Manifest.safeParse(manifest).success).toBe(true);
    expect(Manifest.safeParse(seededManifest).success).toBe(false);
    expect(OwnDataset.shape.method.safeParse("lattice").success).toBe(true);
    expect(OwnDataset.shape.method.safeParse(UNKNOWN).success).toBe(false);
  });
});
