/** Which policies leave something of a small dataset: the preview's expectations over made stand-ins of 300 to 1,000 subjects. */

import { planRelease } from "../../functions/disclosure/release-plan.ts";
import { preview } from "../../functions/policy/preview.ts";
import { standIn } from "../../functions/policy/synthetic-data.ts";
import { Descriptor } from "../../schemas/descriptor.ts";
import type { Table } from "./measure.ts";

const title = { it: "misura", en: "measure" };
const DIMENSIONS = [
  { id: "age", codes: ["0-34", "35-49", "50-64", "65+"] },
  { id: "sex", codes: ["F", "M"] },
  { id: "service", codes: ["night", "day", "street"] },
] as const;

/** A network of services for the homeless, say: how many dimensions it has, how many of them at once, and with a mean or without. */
function shelter(points: number, dimensions: number, order: number, mean: boolean): Descriptor {
  const sum = {
    id: "nights",
    kind: "sum",
    title,
    column: "NIGHTS",
    of: "any",
    bounds: [0, 366],
    grid: 1,
    unit: title,
    source: "a year",
    order: 1,
  };
  return Descriptor.parse({
    v: 1,
    id: "accoglienza",
    kind: "records",
    title,
    description: title,
    origin: "made",
    source: "made",
    licence: "EUPL-1.2",
    level: "municipality",
    legalBasis: { basis: "public-task", reference: "about nobody" },
    file: { format: "csv" },
    period: { value: "2022" },
    subject: { unit: { it: "persona", en: "person" }, columns: ["ID"] },
    dimensions: DIMENSIONS.slice(0, dimensions).map(({ id, codes }) => ({
      id,
      title,
      column: id,
      codes: [...codes],
      source: "made",
    })),
    fields: [
      { id: "any", kind: "any", title, order },
      {
        id: "exit",
        kind: "when",
        title,
        column: "EXIT",
        combine: "max",
        above: 0,
        source: "made",
        order,
      },
      ...(mean ? [sum] : []),
    ],
    policy: { method: "lattice", advantage: points, calendar: { "2022": ["2023-06-30"] } },
  });
}

const POLICIES = [
  { said: "three dimensions, two at once, with a mean", of: (n: number) => shelter(n, 3, 2, true) },
  { said: "three dimensions, two at once, no mean", of: (n: number) => shelter(n, 3, 2, false) },
  { said: "three dimensions, one at once, with a mean", of: (n: number) => shelter(n, 3, 1, true) },
  { said: "two dimensions, two at once, no mean", of: (n: number) => shelter(n, 2, 2, false) },
  { said: "two dimensions, one at once, no mean", of: (n: number) => shelter(n, 2, 1, false) },
] as const;

/** What a policy must leave to be called useful: most cells of the first order with a number, and half of them within a fifth of the truth. */
const USEFUL = { points: 0.9, error: 0.2 };

const percent = (share: number | undefined) =>
  share === undefined ? "–" : `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;

export function smallDatasets(): Table {
  const rows = [300, 500, 1000].flatMap((subjects) =>
    POLICIES.flatMap(({ said, of }, which) =>
      [5, 10, 20].map((points, at) => {
        const descriptor = of(points);
        const plan = planRelease(descriptor, "2022");
        const people = standIn(descriptor, { subjects, codes: {} });
        const { orders, fields } = preview(
          plan,
          people,
          { spent: 0, ceiling: 21 },
          { field: "any", axis: "age" },
        );
        const [first, second] = [1, 2].map((order) => orders.find((one) => one.order === order));
        const good = first!.points >= USEFUL.points && first!.medianError <= USEFUL.error;
        return [
          which === 0 && at === 0 ? subjects.toLocaleString("en") : "",
          at === 0 ? said : "",
          String(points),
          `± ${(1.96 * fields[0]!.sd).toFixed(0)}`,
          percent(first!.points),
          percent(first!.medianError),
          percent(second?.points),
          percent(second?.medianError),
          good ? "useful" : "",
        ];
      }),
    ),
  );
  return {
    title: "Datasets of 300 to 1,000 subjects",
    head: [
      "subjects",
      "policy",
      "points",
      "a count, 95 %",
      "1-way numbers",
      "off by",
      "2-way numbers",
      "off by",
      "",
    ],
    rows,
    notes: [
      `A network of services for few people: age (4 classes), sex, service (3), all who came and those who left for a home, nights a person. Expectations of the policy preview over a made stand-in. Called useful: at least ${percent(USEFUL.points)} of the one-way counts with a number, and half of them within ${percent(USEFUL.error)} of the truth.`,
    ],
  };
}
