/**
 * The same over 25,000 households of a synthetic population (A. Alfons, simFrame: EU-SILC variables, nobody in it exists) that
 * was made elsewhere and for other ends: one figure, differencing by filters, and reconstruction by linear programme. The unit is
 * the household; the one in question is the first of the file.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { muOfPoints } from "../../../functions/disclosure/gaussian-dp.ts";
import { shared } from "../../setup/shared.ts";
import { aiuti, PERIOD, type Person } from "../data.ts";
import { exact, modelOf } from "../model.ts";
import { type Line, type Stage, toss } from "../stage.ts";
import { rightAt } from "../stats.ts";
import { cellOf } from "./reconstruction.ts";
import { countOf } from "./view.ts";

export const SILC = "data/silc/silc_population.csv.gz";
const REGIONS = [
  "Burgenland",
  "Carinthia",
  "Lower Austria",
  "Salzburg",
  "Styria",
  "Tyrol",
  "Upper Austria",
  "Vienna",
  "Vorarlberg",
];
const SIZES = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const CITIZENS = ["AT", "EU", "Other"];
const both = (text: string) => ({ it: text, en: text });
const source = "levels of the survey's own documentation";
const { policy } = aiuti();

const descriptor = aiuti({
  id: "silc",
  file: { format: "csv", delimiter: "," },
  subject: { unit: both("household"), columns: ["hid"] },
  dimensions: [
    { id: "region", title: both("region"), column: "region", codes: REGIONS, source },
    { id: "size", title: both("size"), column: "hsize", codes: SIZES, source },
    {
      id: "citizenship",
      title: both("citizenship"),
      column: "citizenship",
      codes: CITIZENS,
      other: "Other",
      source,
    },
  ],
  family: undefined,
  fields: [
    { id: "any", kind: "any", title: both("households"), order: 3 },
    {
      id: "income",
      kind: "sum",
      title: both("income"),
      column: "eqIncome",
      combine: "max",
      bounds: [0, 60_000],
      grid: 0.01,
      unit: both("EUR"),
      order: 1,
      source: "assumed ceiling",
    },
  ],
  policy: { ...policy, calendar: { [PERIOD]: ["2026-06-30"] } },
});

const line = (name: string, about: Line["about"]): Line => ({
  name,
  about,
  guessing: 0.5,
  bound: rightAt(muOfPoints(10)),
  trials: 200,
});

export const silc: Stage = {
  name: "silc",
  needs: SILC,
  lines: [
    line("silc-one-figure", {
      en: "25,000 households: presence, from one cell",
      it: "25.000 famiglie: presenza, da una sola cella",
    }),
    line("silc-filters", {
      en: "25,000 households: presence, by differencing filters",
      it: "25.000 famiglie: presenza, per differenza fra filtri",
    }),
    line("silc-reconstruction", {
      en: "25,000 households: presence, by reconstructing the table",
      it: "25.000 famiglie: presenza, ricostruendo la tabella",
    }),
  ],
  async open(arena) {
    const text = gunzipSync(readFileSync(shared(SILC)!)).toString("utf8");
    const { households, without } = read(text);
    const [target, ...others] = households as [Person, ...Person[]];
    const model = modelOf(descriptor);
    const rows = [await arena.ingest(descriptor, without), await arena.ingest(descriptor, text)];
    const { released } = model.fields[0]!;
    const there = (cell: readonly string[]) => exact(model, others, released, cell) * released.grid;
    const [region, size] = target.codes as [string, string];
    const known = { small: there([region, size, "_T"]), leaf: there(target.codes) };
    return async (guarded, lines) => {
      const truth = toss();
      const node = await arena.node(rows[truth]!);
      const manifest = await node.release(guarded);
      const cube = await arena.cube(manifest);
      const right = new Map<string, boolean>();
      const guess = (name: string, isIn: boolean) => right.set(name, isIn === (truth === 1));
      if (lines.has("silc-one-figure"))
        guess(
          "silc-one-figure",
          cube.value(released, [region, size, "_T"]) * released.grid - known.small > 0.5,
        );
      if (lines.has("silc-filters")) {
        const all = await countOf({ arena, node }, { by: [], where: { region: [region] } });
        const where = { region: [region], size: SIZES.filter((other) => other !== size) };
        guess(
          "silc-filters",
          all - (await countOf({ arena, node }, { by: [], where })) - known.small > 0.5,
        );
      }
      if (lines.has("silc-reconstruction"))
        guess(
          "silc-reconstruction",
          (await cellOf({ model, cube }, target.codes)) - known.leaf > 0.5,
        );
      return right;
    };
  },
};

/** Households as the release counts them, and the file without the first of them. Cells hold no line breaks and no commas. */
function read(text: string): { households: Person[]; without: string } {
  const [head = "", ...lines] = text.trimEnd().split("\n");
  const names = head.split(",").map((name) => name.replaceAll('"', ""));
  const column = (cells: readonly string[], name: string) =>
    cells[names.indexOf(name)]!.replaceAll('"', "");
  const codes = new Map<string, string[]>();
  for (const text of lines) {
    const cells = text.split(",");
    const own = ["region", "hsize"].map((name) => column(cells, name));
    // missing for children
    own.push(column(cells, "citizenship") || "Other");
    const before = codes.get(column(cells, "hid"));
    // of several citizenships the first one by its letters, as the release has it where rows begin on no day
    if (before === undefined || own[2]! < before[2]!) codes.set(column(cells, "hid"), own);
  }
  const households = [...codes].map(([id, own]): Person => ({ id, codes: own, services: [] }));
  return {
    households,
    without: [head, ...lines.filter((row) => !row.startsWith(`${households[0]!.id},`))].join("\n"),
  };
}
