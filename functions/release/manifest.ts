/** What a release says of itself, and the table that it is. Pure. */
import { found } from "../../schemas/found.ts";
import { lengthOf, yearOf } from "../../schemas/period.ts";
import type { CubeTable } from "../../schemas/ports.ts";
import type { Manifest, ReleaseCodes, SignedManifest } from "../../schemas/release.ts";
import { TOTAL } from "../../schemas/words.ts";
import type { Reservation } from "../account/reserve.ts";
import { statedOf, statedYear } from "../account/standing.ts";
import { isLong, signedAxis } from "../disclosure/code-lists.ts";
import { horizon } from "../disclosure/disclosure-risk.ts";
import { axesOf } from "../disclosure/fields.ts";
import { isLate } from "../disclosure/fixed-policy.ts";
import { muOfPoints, totalMu2 } from "../disclosure/gaussian-dp.ts";
import { pairsAt } from "../disclosure/lattice.ts";
import { methodOf } from "../disclosure/methods/methods.ts";
import { readingOf } from "../disclosure/methods/reading.ts";
import { termsOf } from "../disclosure/persons.ts";
import type { ReleasePlan } from "../disclosure/release-plan.ts";
import type { Protected } from "./protect/protect.ts";

export function manifestOf(
  plan: ReleasePlan,
  reservation: Reservation,
  member: string,
  cube: string,
  now: number,
  { revision, statuses }: Pick<Manifest, "revision" | "statuses"> = {},
): SignedManifest {
  const { descriptor: d, period } = plan;
  const { entry, calendar } = reservation;
  const { smallest } = methodOf(d.policy.method).stated(d.policy);
  const promise = promiseOf(plan, reservation);
  const axes = axesOf(d);
  const fields = plan.fields.map(({ released }) => released);
  const { publisher, responsibility } = d;
  const statesMore =
    lengthOf(period) !== "year" ||
    [revision, statuses, publisher, responsibility].some((one) => one) ||
    axes.some(isLong) ||
    fields.some(({ kind, of }) => kind === "count" && of !== undefined);
  return {
    v: statesMore ? 2 : (promise?.v ?? 1),
    iss: member,
    iat: now,
    id: entry.release,
    dataset: d.id,
    period,
    number: entry.number,
    kind: d.kind,
    title: d.title,
    description: d.description,
    origin: d.origin,
    source: d.source,
    licence: d.licence,
    ...(publisher ? { publisher } : {}),
    level: d.level,
    legalBasis: {
      basis: d.legalBasis.basis,
      reference: d.legalBasis.reference,
      terms: [...termsOf(d.legalBasis)],
    },
    ...(responsibility ? { responsibility } : {}),
    ...(d.subject ? { unit: d.subject.unit } : {}),
    ...(d.subject?.promise ? { promise: d.subject.promise } : {}),
    cube,
    axes: axes.map(signedAxis),
    fields,
    policy: {
      method: d.policy.method,
      ...(promise === undefined ? {} : { advantage: promise.advantage }),
      releases: calendar.length,
      smallest,
      calendar: [...calendar],
      graceDays: d.policy.graceDays,
      ...(d.family ? { atMost: d.family.atMost } : {}),
    },
    ...(promise === undefined ? {} : { account: promise.account, horizon: promise.horizon }),
    ...(statuses === undefined ? {} : { statuses }),
    ...(revision === undefined ? {} : { revision }),
  };
}

/** The code lists that the manifest names by their digest; undefined where it has all of them in it. */
export function codesOf({ descriptor }: ReleasePlan): ReleaseCodes | undefined {
  const long = axesOf(descriptor).filter(isLong);
  return long.length === 0 ? undefined : { v: 1, codes: long.map(({ codes }) => codes) };
}

/**
 * What is promised of all releases of the period, by the account: what was fixed, and what was signed for besides. `v` 2 where it
 * was fixed late, there are corrections, the year has other periods, or the former one spent another sum.
 */
function promiseOf(
  { descriptor, period, spends }: ReleasePlan,
  { account, former, entry }: Reservation,
): (Pick<Manifest, "v" | "account" | "horizon"> & { readonly advantage: number }) | undefined {
  if (!readingOf(descriptor.policy.method).protects) return undefined;
  const stated = statedOf(account, entry);
  if (stated === undefined) throw new TypeError("a release is reserved with what was fixed for it");
  const { advantage, mu2, fixed, corrections } = stated;
  const year = statedYear(account, entry.dataset)?.mu2 ?? mu2;
  const before = statedYear(former, entry.dataset)?.mu2;
  const more = {
    ...(isLate(fixed) ? { late: { at: fixed.at, digest: fixed.digest } } : {}),
    ...(corrections.length > 0
      ? { corrections: corrections.map(({ points, reason, at }) => ({ points, reason, at })) }
      : {}),
    ...(before === undefined || before === year ? {} : { former: before }),
  };
  const spent = totalMu2(account.entries);
  return {
    v: Object.keys(more).length > 0 || year !== mu2 ? 2 : 1,
    advantage,
    account: { year: yearOf(period), mu2: entry.mu2, spent, ceiling: account.ceiling, ...more },
    horizon: horizon({
      release: muOfPoints(spends.points) ** 2 / spends.releases,
      period: mu2,
      year,
      former: before,
    }),
  };
}

/** The cube, figure by figure: fields in their order, smaller marginals first. Which rows there are depends on the descriptor alone. */
export function cubeTable(figures: readonly Protected[], plan: ReleasePlan): CubeTable {
  const { method: name, smallest } = plan.descriptor.policy;
  const { mark } = readingOf(name);
  const dimensions = plan.trees.map(({ id }) => ({ id, codes: [] as string[] }));
  const table = {
    dimensions,
    field: [] as string[],
    value: [] as number[],
    sd: [] as number[],
    obsStatus: [] as string[],
    confStatus: [] as string[],
  };
  const counts = new Map(figures.map((figure) => [figure.field.released.id, figure]));
  for (const figure of figures) {
    const { released, scale } = figure.field;
    const inverse = Math.round(1 / released.grid);
    const basis = released.kind === "sum" ? found(counts.get(found(released.of))) : figure;
    const { grid, variance } = basis.field.released;
    for (const [axes, marginal] of figure.lattice.marginals) {
      const counted = basis.lattice.marginals.get(axes)?.values;
      for (const [at, value] of marginal.values.entries()) {
        const pairs = new Map(pairsAt(figure.lattice, marginal, at));
        for (const { id, codes } of dimensions) codes.push(pairs.get(id) ?? TOTAL);
        const hidden =
          counted !== undefined &&
          mark(found(counted[at]) / Math.round(1 / grid), Math.sqrt(variance), smallest).mark !==
            "shown";
        table.field.push(released.id);
        table.value.push(value / inverse);
        table.sd.push(scale / inverse);
        table.obsStatus.push(hidden ? "Q" : "A");
        table.confStatus.push(hidden ? "C" : "F");
      }
    }
  }
  return table;
}
