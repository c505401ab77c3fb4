/** The subjects of a release-table vector through the real version writer and the real engine. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duckDbEngine } from "../../adapters/engine/duckdb.ts";
import { duckdbVersions } from "../../adapters/version/duckdb.ts";
import { leavesOf } from "../../functions/disclosure/axes.ts";
import type { Cross, CrossField, VersionRow } from "../../schemas/ports.ts";
import type { CodeTree } from "../../schemas/words.ts";

interface Case {
  readonly axes: readonly { readonly id: string; readonly tree: CodeTree }[];
  readonly maxCodes: number;
  readonly priority: readonly string[];
  readonly range: Readonly<Record<string, readonly [number, number]>>;
  readonly fields: readonly {
    readonly id: string;
    readonly measure: string;
    readonly code?: string;
  }[];
  readonly subjects: readonly {
    readonly subject: string;
    readonly dims: Readonly<Record<string, string>>;
    readonly items: Readonly<Record<string, number>>;
  }[];
}

function ruleOf(
  { fields, range }: Case,
  { id, measure, code = "" }: Case["fields"][number],
): CrossField {
  if (measure === "any") return { id, kind: "any" };
  if (measure === "code") return { id, kind: "code", code };
  const of =
    fields.find((field) => field.measure === "code" && field.code === code)?.id ?? `of ${code}`;
  const [low, high] = range[code]!;
  return {
    id,
    kind: "sum",
    measure: "cents",
    combine: "sum",
    of,
    clip: { low, high, mid: (low + high) / 2 },
  };
}

/** The exact cross: a row an item, as a file of benefits has it. */
export async function crossOfSubjects(c: Case): Promise<Cross> {
  const folder = await mkdtemp(join(tmpdir(), "tavolo-vector-"));
  try {
    const file = join(folder, "version.parquet");
    const rows = c.subjects.flatMap(({ subject, dims, items }) =>
      Object.entries(items).map(
        ([family, cents]): VersionRow => ({
          subject,
          period: "2025",
          start: 0,
          codes: c.axes.map(({ id }) => dims[id]!),
          family,
          measures: [cents],
        }),
      ),
    );
    await duckdbVersions.write(
      file,
      { dimensions: c.axes.map(({ id }) => id), family: true, measures: ["cents"] },
      rows,
    );
    const rules = c.fields.map((field) => ruleOf(c, field));
    // a sum may stand on a code that is not released itself
    const hidden = rules.flatMap((rule): CrossField[] =>
      rule.kind === "sum" && rule.of.startsWith("of ")
        ? [{ id: rule.of, kind: "code", code: rule.of.slice(3) }]
        : [],
    );
    return await duckDbEngine().cross({
      rows: { kind: "parquet", path: file },
      period: "2025",
      per: "subject",
      withdrawn: [],
      dimensions: c.axes.map(({ id, tree }) => ({ id, codes: leavesOf(tree) })),
      family: { codes: c.priority, atMost: c.maxCodes },
      derived: [],
      fields: [...rules, ...hidden],
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
