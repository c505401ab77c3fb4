/**
 * What a policy drops of the owner's own rows: codes beyond b, and contributions that a bound cuts off. Exact, and so for the owner
 * alone: nothing of it is stored or leaves. **Choosing a policy by it is itself a look at the data**, which no account knows of.
 *
 * The engine is asked nothing but what a release asks it, over no dimension, with other caps and bounds:
 * subjects with more than b codes are what a cap of b + 1 keeps beyond a cap of b; a sum between `high` and one grid step above it,
 * centred at `high`, adds 1 for each contribution above the bound, and likewise below.
 */
import { found } from "../../schemas/found.ts";
import type { CrossField, CrossRequest, Engine } from "../../schemas/ports.ts";

type Sum = Extract<CrossField, { kind: "sum" }>;
type Clip = NonNullable<Sum["clip"]>;

/** No subject has as many codes as this: a family has at most 40. */
const ALL = 40;

export interface OwnData {
  readonly subjects: number;
  /** Subjects with more than b codes, and codes that do not count for it. */
  readonly family?: { readonly atMost: number; readonly beyond: number; readonly dropped: number };
  readonly sums: readonly {
    readonly id: string;
    readonly contributors: number;
    readonly below: number;
    readonly above: number;
  }[];
}

/** `request` is that of the release itself. */
export async function ownData(engine: Engine, request: CrossRequest): Promise<OwnData> {
  const single = { ...request, dimensions: [] };
  const totals = async (fields: readonly CrossField[], atMost?: number): Promise<number[]> => {
    const family = single.family && { ...single.family, atMost: atMost ?? single.family.atMost };
    const { rows } = await engine.cross({ ...single, fields, ...(family ? { family } : {}) });
    return fields.map((_, at) => rows.reduce((sum, { values }) => sum + found(values[at]), 0));
  };
  const everybody: CrossField = { id: "any", kind: "any" };
  const sums = request.fields
    .filter((field) => field.kind === "sum")
    .filter(({ clip }) => clip !== undefined);
  const asked = new Set(sums.map(({ of }) => of));
  for (const field of request.fields)
    if (field.kind === "known" && asked.has(field.id)) asked.add(field.of);
  const bases = request.fields.filter((field) => field.kind !== "sum" && asked.has(field.id));
  // bases first: a sum asks who contributes by the id of its count, and that of who has a value by the id of its own
  const edges = sums.flatMap((sum) => [edge(sum, "above"), edge(sum, "below")]);
  const [subjects, ...rest] = await totals([
    { ...everybody, id: "_everybody" } as CrossField,
    ...bases,
    ...edges,
  ]);
  const counted = new Map(bases.map(({ id }, at) => [id, found(rest[at])]));
  return {
    subjects: found(subjects),
    ...(single.family ? { family: await familyOf(single.family, totals) } : {}),
    sums: sums.map(({ id, of }, at) => ({
      id,
      contributors: counted.get(of) ?? 0,
      above: found(rest[bases.length + 2 * at]),
      below: Math.abs(found(rest[bases.length + 2 * at + 1])),
    })),
  };
}

function edge(sum: Sum, side: "above" | "below"): Sum {
  const { low, high } = found(sum.clip);
  const clip: Clip =
    side === "above"
      ? { low: high, high: high + 1, mid: high }
      : { low: low - 1, high: low, mid: low };
  return { ...sum, id: `${sum.id} ${side}`, clip };
}

async function familyOf(
  { codes, atMost }: NonNullable<CrossRequest["family"]>,
  totals: (fields: readonly CrossField[], atMost: number) => Promise<number[]>,
) {
  const fields = codes.map((code): CrossField => ({ id: code, kind: "code", code }));
  const kept = async (most: number) =>
    (await totals(fields, most)).reduce((sum, count) => sum + count, 0);
  const [now, next, all] = [await kept(atMost), await kept(atMost + 1), await kept(ALL)];
  return { atMost, beyond: next - now, dropped: all - now };
}
