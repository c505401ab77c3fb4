/** A small descriptor for tests: any dimensions, a family of codes, one sum over the first of them. */
import { Descriptor } from "../../schemas/descriptor.ts";
import type { CodeTree } from "../../schemas/words.ts";

const both = (text: string) => ({ it: text, en: text });

export function descriptorWith(shape: {
  readonly axes: readonly CodeTree[];
  readonly atMost: number;
  readonly pair: boolean;
  readonly advantage?: number;
  readonly calendar?: Readonly<Record<string, readonly string[]>>;
}): Descriptor {
  return Descriptor.parse({
    v: 1,
    id: "small",
    kind: "records",
    title: both("Small"),
    description: both("A small dataset"),
    origin: "made",
    source: "a test",
    licence: "EUPL-1.2",
    level: "municipality",
    legalBasis: { basis: "public-task", reference: "a test" },
    file: { format: "csv" },
    period: { value: "2022" },
    subject: { unit: both("person"), columns: ["id"] },
    dimensions: shape.axes.map((codes, at) => ({
      id: `d${at}`,
      title: both(`Dimension ${at}`),
      column: `D${at}`,
      codes,
      source: "a law",
    })),
    family: {
      id: "benefit",
      title: both("Benefit"),
      column: "B",
      codes: ["A", "B", "C"].map((code) => ({ code, title: both(`Benefit ${code}`) })),
      atMost: shape.atMost,
      source: "a law",
    },
    fields: [
      { id: "any", kind: "any", title: both("Any") },
      ...(shape.pair ? [{ id: "A&B", kind: "both", of: ["A", "B"], title: both("Both") }] : []),
      {
        id: "hours",
        kind: "sum",
        title: both("Hours"),
        column: "H",
        of: "A",
        bounds: [0, 30],
        grid: 0.01,
        unit: both("hours"),
        source: "a law",
      },
    ],
    policy: {
      method: "lattice",
      advantage: shape.advantage ?? 10,
      calendar: shape.calendar ?? { "2022": ["2023-06-30"] },
    },
  });
}

/** Whether every element of a document is closed in its place, and every attribute quoted: enough for what we write ourselves. */
export function wellFormed(xml: string): boolean {
  const open: string[] = [];
  const rest = xml.replace(
    /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g,
    (_, close: string, name: string, _attributes, empty: string) => {
      if (close !== "") return open.pop() === name ? "" : "<";
      if (empty === "") open.push(name);
      return "";
    },
  );
  return open.length === 0 && !/[<>]|&(?!amp;|lt;|gt;|quot;|#39;)/.test(rest);
}
