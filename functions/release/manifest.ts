/** What a release says of itself, and the table that it is. Pure. */
import type { CubeTable } from "../../schemas/ports.ts";
import type { Manifest } from "../../schemas/release.ts";
import { TOTAL } from "../../schemas/words.ts";
import type { Reservation } from "../account/account.ts";
import { horizon } from "../disclosure/disclosure-risk.ts";
import { axesOf } from "../disclosure/fields.ts";
import { pairsAt } from "../disclosure/lattice.ts";
import { termsOf } from "../disclosure/persons.ts";
import type { ReleasePlan } from "../disclosure/release-plan.ts";
import { markOf } from "../disclosure/reliability.ts";
import type { Protected } from "./protect/protect.ts";

export function manifestOf(
  plan: ReleasePlan,
  { entry, spent, ceiling }: Reservation,
  member: string,
  cube: string,
  now: number,
): Manifest {
  const { descriptor: d, period, releases, mu2 } = plan;
  const lattice = d.policy.method === "lattice";
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
      ...(lattice ? { advantage: d.policy.advantage } : {}),
      releases,
      smallest: lattice ? d.policy.smallest : 1,
      calendar: d.policy.calendar[period]!,
      graceDays: d.policy.graceDays,
      ...(d.family ? { atMost: d.family.atMost } : {}),
    },
    ...(lattice
      ? {
          account: { year: period, mu2, spent, ceiling },
          horizon: horizon(d.policy.advantage, releases),
        }
      : {}),
  };
}

/** The cube, figure by figure: fields in their order, smaller marginals first. Which rows there are depends on the descriptor alone. */
export function cubeTable(figures: readonly Protected[], plan: ReleasePlan): CubeTable {
  const { smallest } = plan.descriptor.policy;
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
    const basis = released.kind === "sum" ? counts.get(released.of!)! : figure;
    const { grid, variance } = basis.field.released;
    for (const [name, marginal] of figure.lattice.marginals) {
      const counted = basis.lattice.marginals.get(name)?.values;
      for (let at = 0; at < marginal.values.length; at++) {
        const pairs = new Map(pairsAt(figure.lattice, marginal, at));
        for (const { id, codes } of dimensions) codes.push(pairs.get(id) ?? TOTAL);
        const hidden =
          variance > 0 &&
          counted !== undefined &&
          markOf(counted[at]! / Math.round(1 / grid), Math.sqrt(variance), smallest).mark !==
            "shown";
        table.field.push(released.id);
        table.value.push(marginal.values[at]! / inverse);
        table.sd.push(scale / inverse);
        table.obsStatus.push(hidden ? "Q" : variance > 0 ? "E" : "A");
        table.confStatus.push(hidden ? "C" : "F");
      }
    }
  }
  return table;
}
