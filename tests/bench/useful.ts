/**
 * What is left of the figures: random questions to releases of four policies, each answer held against the exact figures of the
 * same rows. The exact ones are made by the same code with the noise left out, and never leave this process.
 */
import { join } from "node:path";
import { duckDbCubes } from "../../adapters/cube/duckdb.ts";
import { duckDbEngine } from "../../adapters/engine/duckdb.ts";
import { cities } from "../../docs/demo/cities.ts";
import { prestazioni } from "../../docs/demo/datasets.ts";
import { generate } from "../../docs/demo/generate.ts";
import { random } from "../../docs/demo/random.ts";
import { withLists } from "../../functions/disclosure/code-lists.ts";
import { type Cube, loadCube } from "../../functions/disclosure/cube.ts";
import { accept } from "../../functions/disclosure/descriptor-rules.ts";
import { planRelease, type ReleasePlan } from "../../functions/disclosure/release-plan.ts";
import { select } from "../../functions/disclosure/select.ts";
import { cubeTable, manifestOf } from "../../functions/release/manifest.ts";
import { protect } from "../../functions/release/protect/protect.ts";
import { crossRequest, currentVersion } from "../../functions/release/release.ts";
import { sha256 } from "../../functions/signing/jws.ts";
import type { Cross } from "../../schemas/ports.ts";
import { byRegion, population, support } from "../e2e/silc-data.ts";
import { makeWorld, member } from "../world/machine.ts";
import { type Bench, type Section, spreadOf, type Table } from "./measure.ts";
import { type Asked, judge, questionsTo, type Verdict } from "./questions.ts";
import { smallDatasets } from "./small-datasets.ts";

const POINTS = [5, 10, 15, 20];
const QUESTIONS = 200;

/** A member's rows, counted exactly once; every policy is drawn from there. */
interface Rows {
  readonly member: string;
  readonly plan: (points: number) => ReleasePlan;
  readonly cross: Cross;
}

const bare = (plan: ReleasePlan): ReleasePlan => ({
  ...plan,
  fields: plan.fields.map((field) => ({
    ...field,
    scale: 0,
    released: { ...field.released, variance: 0 },
  })),
});

/** A cube as a reader would get it: written, signed for by its digest, and read back. */
async function cubeOf({ member: id, cross }: Rows, plan: ReleasePlan): Promise<Cube> {
  const release = `${id}/${plan.descriptor.id}/${plan.period}/1`;
  const key = crypto.getRandomValues(new Uint8Array(32));
  const bytes = await duckDbCubes().write(cubeTable(protect(cross, plan, key, release), plan), {
    release,
  });
  const entry = {
    release,
    dataset: plan.descriptor.id,
    period: plan.period,
    number: 1,
    mu2: plan.mu2,
    at: 0,
  };
  const manifest = manifestOf(
    plan,
    { entry, spent: plan.mu2, ceiling: 15, raises: [], entries: [] } as never,
    id,
    sha256(bytes),
    0,
  );
  return loadCube(bytes, withLists(manifest, new Map()));
}

/** Takes every member's file in, in a federation of its own, and counts its rows. */
async function rowsOf(
  files: ReadonlyMap<string, { file: Uint8Array; descriptor: typeof support }>,
  period: string,
): Promise<Rows[]> {
  const world = await makeWorld(
    [...files.keys()].map((id) => member(id)),
    "2026-07-01",
  );
  try {
    const all: Rows[] = [];
    for (const [id, { file, descriptor }] of files) {
      await world.publish(id, descriptor, file, false);
      const version = await currentVersion(await world.store(id), descriptor.id);
      const accepted = accept(version.descriptor);
      const plan = (points: number) =>
        planRelease({ ...accepted, policy: { ...accepted.policy, advantage: points } }, period);
      const path = join(world.at.private(id), version.path);
      all.push({
        member: id,
        plan,
        cross: await duckDbEngine().cross(crossRequest(plan(10), { kind: "parquet", path }, [])),
      });
    }
    return all;
  } finally {
    await world.close();
  }
}

async function verdictsOf(
  all: readonly Rows[],
  seed: string,
  say: Bench["say"],
): Promise<Map<number, Verdict>> {
  const exact = await Promise.all(all.map((rows) => cubeOf(rows, bare(rows.plan(10)))));
  const questions = questionsTo(exact[0]!.manifest, QUESTIONS, random(seed));
  const verdicts = new Map<number, Verdict>();
  for (const points of POINTS) {
    const cubes = await Promise.all(all.map((rows) => cubeOf(rows, rows.plan(points))));
    const asked = questions.map(
      (question): Asked => ({
        question,
        members: cubes.map((cube, at) => {
          const plan = question.planFor(cube.manifest);
          return {
            plan,
            cells: select(plan, cube, cube.manifest.policy.smallest),
            exact: select(plan, exact[at]!, 1),
          };
        }),
      }),
    );
    verdicts.set(points, judge(asked));
    say(`  ${points} points: ${QUESTIONS} questions to ${all.length} members`);
  }
  return verdicts;
}

const percent = (share: number) =>
  Number.isFinite(share) ? `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %` : "–";

function tableOf(title: string, verdicts: ReadonlyMap<number, Verdict>, note: string): Table {
  const rows = [...verdicts].flatMap(([points, { orders, pairs }]) =>
    [...orders]
      .sort(([a], [b]) => a - b)
      .map(([order, { figures, shown, errors }], at) => [
        at === 0 ? String(points) : "",
        String(order),
        figures.toLocaleString("en"),
        percent(shown / figures),
        ...(["count", "mean", "rate"] as const).map((kind) =>
          percent(spreadOf(errors[kind]).median),
        ),
        at === 0 ? `${percent(pairs.apart / pairs.of)} of ${pairs.of.toLocaleString("en")}` : "",
      ]),
  );
  return {
    title,
    head: [
      "points",
      "order",
      "figures",
      "shown",
      "counts off by",
      "means off by",
      "rates off by",
      "pairs told apart",
    ],
    rows,
    notes: [note],
  };
}

const HOW =
  "Off by: the median of |released − exact| / exact over the figures that are shown. A rate is a count's share in all subjects of the cell. Pairs: two members' rates or means of the same cell, both shown, whose difference exceeds 1.96 standard deviations of their noise.";

export const useful: Section = {
  name: "useful",
  title: "What is left of the figures",
  about: "200 random questions to releases of 5, 10, 15 and 20 points; small datasets",
  async measure({ say }) {
    const period = "2022";
    const demo = new Map(
      cities.map((city) => [
        city.id,
        { file: generate(city)["prestazioni-2022.csv"], descriptor: prestazioni(city) },
      ]),
    );
    const tables = [
      tableOf(
        "The demonstration's eight cities",
        await verdictsOf(await rowsOf(demo, period), `useful demo ${period}`, say),
        `${QUESTIONS} random questions that the policy allows, the same ones for every policy, each to all eight cities. ${HOW}`,
      ),
    ];
    if (population === undefined) say("  the synthetic population is not at hand: left out");
    else {
      const { header, regions } = await byRegion(population);
      const encode = (lines: readonly string[]) =>
        new TextEncoder().encode([header, ...lines, ""].join("\n"));
      const silc = new Map(
        [...regions].map(([id, lines]) => [id, { file: encode(lines), descriptor: support }]),
      );
      tables.push(
        tableOf(
          "25,000 households of a synthetic survey, nine regions",
          await verdictsOf(await rowsOf(silc, "2025"), "useful silc", say),
          `${QUESTIONS} random questions, each to all nine regions (A. Alfons, simFrame, data set eusilcP). ${HOW}`,
        ),
      );
    }
    tables.push(smallDatasets());
    say("  small datasets");
    return { comparisons: [], tables };
  },
};
