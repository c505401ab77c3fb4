/** What a release says of itself, and the table that it is. Pure. */
import { found } from "../../schemas/found.ts";
import type { CubeTable } from "../../schemas/ports.ts";
import type { Manifest } from "../../schemas/release.ts";
import { TOTAL } from "../../schemas/words.ts";
import type { Reservation } from "../account/account.ts";
import { horizon } from "../disclosure/disclosure-risk.ts";
import { axesOf } from "../disclosure/fields.ts";
import { pairsAt } from "../disclosure/lattice.ts";
import { methodOf } from "../disclosure/methods/methods.ts";
import { readingOf } from "../disclosure/methods/reading.ts";
import { termsOf } from "../disclosure/persons.ts";
import type { ReleasePlan } from "../disclosure/release-plan.ts";
import type { Protected } from "./protect/protect.ts";

export function manifestOf(
  plan: ReleasePlan,
  { entry, spent, ceiling }: Reservation,
  member: string,
  cube: string,
  now: number,
): Manifest {
  const { descriptor: d, period, releases, mu2 } = plan;
  const { advantage, smallest } = methodOf(d.policy.method).stated(d.policy);
  return {
    v: 1,
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
    level: d.level,
    legalBasis: {
      basis: d.legalBasis.basis,
      reference: d.legalBasis.reference,
      terms: [...termsOf(d.legalBasis)],
    },
    ...(d.subject ? { unit: d.subject.unit } : {}),
    ...(d.subject?.promise ? { promise: d.subject.promise } : {}),
    cube,
    axes: axesOf(d),
    fields: plan.fields.map(({ released }) => released),
    policy: {
      method: d.policy.method,
      ...(advantage === undefined ? {} : { advantage }),
      releases,
      smallest,
      calendar: found(d.policy.calendar[period]),
      graceDays: d.policy.graceDays,
      ...(d.family ? { atMost: d.family.atMost } : {}),
    },
    ...(advantage === undefined
      ? {}
      : {
          account: { year: period, mu2, spent, ceiling },
          horizon: horizon(advantage, releases),
        }),
  };
}

/** The cube, figure by figure: fields in their order, smaller marginals first. Which rows there are depends on the descriptor alone. */
export function cubeTable(figures: readonly Protected[], plan: ReleasePlan): CubeTable {
  const { method: name, smallest } = plan.descriptor.policy;
  const { mark, status } = readingOf(name);
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
        table.obsStatus.push(hidden ? "Q" : status);
        table.confStatus.push(hidden ? "C" : "F");
      }
    }
  }
  return table;
}
