import { describe, expect, test } from "vitest";
import type { ShownFigure } from "../../../schemas/comparison.ts";
import { Indicator } from "../../../schemas/indicator.ts";
import type { Question, Statement } from "../../../schemas/query.ts";
import { type Node, statementOf } from "../../../tests/world/comparison.ts";
import { makeManifest } from "../../../tests/world/federation.ts";
import { compare } from "./compare.ts";
import { toldApart } from "./groups.ts";
import { problems } from "./problems.ts";
import { type Asking, questionsFor } from "./questions.ts";
import { withoutFigures } from "./sentences.ts";

const BOTH = (text: string) => ({ it: text, en: text });
const [PADOVA, PARMA, ROVIGO] = ["IT-028060", "IT-034027", "IT-029041"] as const;
const NAMES = new Map([
  [PADOVA, BOTH("Padova")],
  [PARMA, BOTH("Parma")],
  [ROVIGO, BOTH("Rovigo")],
]);
const count = (id: string, where = {}) => ({
  dataset: "prestazioni",
  measure: { count: id },
  where,
});
const residents = {
  dataset: "residenti",
  measure: { count: "residents" },
  member: "istat",
  territory: "territory",
  period: "2022",
  valid: ["2021", "2022"],
};
const base = {
  ...{
    v: 1,
    version: 1,
    theme: "common",
    target: BOTH("old"),
    level: "municipality",
    unit: { it: "% dei residenti", en: "% of residents" },
  },
  ...{
    multiplier: 100,
    direction: "none",
    origin: "mixed",
    source: BOTH("made"),
    note: BOTH("note"),
  },
};
const hours = Indicator.parse({
  ...{ ...base, multiplier: 1, unit: BOTH("h"), id: "hours", name: BOTH("Ore"), place: "process" },
  numerator: { dataset: "prestazioni", measure: { mean: "hours", of: "A2.07" } },
  sentence: BOTH("{name}: {value} ore."),
});
const definition = {
  ...{
    ...base,
    id: "helped",
    name: BOTH("Aiutati"),
    place: "output",
    coverage: true,
    beside: "hours",
  },
  numerator: count("A2.07"),
  denominator: residents,
  need: { title: { it: "conosciuti", en: "known" }, need: count("any"), reached: count("A2.07") },
  sentence: {
    it: "A {name} il Comune aiuta {value} anziani su 100.",
    en: "In {name} the city helps {value} of every 100.",
  },
};
const helped = Indicator.parse(definition);

const field = (id: string, change = {}) => ({
  ...{
    id,
    title: BOTH(id),
    kind: "count" as const,
    order: 3,
    grid: 0.001,
    unit: BOTH("persone"),
    variance: 100,
    units: 1,
    share: 0.25,
  },
  ...change,
});
const axes = [
  { id: "sex", title: BOTH("sex"), codes: ["F", "M"] },
  { id: "age", title: BOTH("age"), codes: ["65-74", "75+"] },
];
const fields = [
  field("any"),
  field("A2.07"),
  field("hours", { kind: "sum", grid: 0.01, of: "A2.07", bounds: [0, 30], mid: 15 }),
];
type Counts = Readonly<Record<string, number>>;
const city = (id: string, period: string, counts: Counts, change = {}): Node => ({
  manifest: makeManifest(id, {
    id: `${id}/prestazioni/${period}/1`,
    period,
    axes,
    fields,
    ...change,
  }),
  figure: (name, by, { where }) =>
    (counts[name] ?? 0) *
    (by.age === undefined ? 1 : by.age === "75+" ? 0.75 : 0.25) *
    (by.sex === undefined && where.sex === undefined ? 1 : 0.5),
});
const istat: Node = {
  manifest: makeManifest("istat", {
    ...{
      id: "istat/residenti/2022/1",
      dataset: "residenti",
      kind: "statistics",
      origin: "real",
      unit: undefined,
    },
    axes: [{ id: "territory", title: BOTH("t"), codes: [PADOVA, PARMA, ROVIGO] }, axes[1]!],
    fields: [field("residents", { grid: 1, variance: 0 })],
    policy: { method: "none", releases: 1, smallest: 1, calendar: ["2022-12-31"], graceDays: 30 },
  }),
  figure: (_, by) =>
    ({ [PADOVA]: 20_000, [PARMA]: 16_000, [ROVIGO]: 4000 })[by.territory!]! *
    (by.age === undefined ? 1 : by.age === "75+" ? 0.4 : 0.6),
};
const COUNTS: Readonly<Record<string, Counts>> = {
  [PADOVA]: { any: 4200, "A2.07": 1200, hours: 10_800 },
  [PARMA]: { any: 3900, "A2.07": 1170, hours: 8190 },
  [ROVIGO]: { any: 800, "A2.07": 230, hours: 2530 },
};
type Nodes = Readonly<Record<string, (question: Question) => Node | undefined>>;
const nodes: Nodes = {
  istat: () => istat,
  ...Object.fromEntries(
    Object.entries(COUNTS).map(([id, counts]) => [
      id,
      ({ period }: Question) => city(id, period, counts),
    ]),
  ),
};
const wanted = (change: Partial<Asking> = {}): Asking => ({
  ...{ indicator: helped, partner: hours, members: [PADOVA, PARMA, ROVIGO], periods: ["2022"] },
  ...change,
});
function compared(
  asking: Asking,
  given: Nodes = nodes,
  change: (statement: Statement) => Statement = (statement) => statement,
) {
  const statements = Object.fromEntries(
    Object.entries(questionsFor(asking)).map(([name, question]) => [
      name,
      change(
        statementOf(
          question,
          Object.fromEntries(question.members.map((member) => [member, given[member]?.(question)])),
        ),
      ),
    ]),
  );
  return compare(asking, statements, NAMES);
}
const shown = (one: ReturnType<typeof compared>) =>
  one.figures.filter((figure): figure is ShownFigure => figure.state === "shown");

test("what a source says of the denominator is said of the figure, and what it does not have is no figure", () => {
  const said = (cell: Statement["table"]["cells"][number]) => {
    const place = cell.by.territory;
    if (place === PADOVA)
      return { ...cell, figures: cell.figures.map((one) => ({ ...one, status: "E" as const })) };
    const none = { field: "residents", status: place === PARMA ? ("Q" as const) : ("M" as const) };
    return place === undefined ? cell : { ...cell, figures: [], none: [none] };
  };
  const { figures } = compared(wanted(), nodes, ({ table, ...statement }) => ({
    ...statement,
    table: { ...table, cells: table.cells.map(said) },
  }));
  expect(figures[0]).toMatchObject({ state: "shown", status: "E" });
  expect(figures[0]?.sentence.en).toMatch(/ The figure is estimated by its source\.$/);
  expect(figures[0]?.sentence.it).toMatch(/ La cifra è stimata dalla fonte\.$/);
  expect(figures.slice(1)).toMatchObject([
    { state: "withheld", why: "source-withheld" },
    { state: "absent", why: "not-applicable" },
  ]);
});

describe("questions", () => {
  test("parts of one cell share a question; public tables carry no purpose", () => {
    const questions = Object.values(
      questionsFor(wanted({ purposeId: "5b7c2f0e-3c1d-4a57-8f10-2d1f9a3e0001" })),
    );
    expect(questions).toHaveLength(2);
    const [own, open] = [
      questions.find(({ dataset }) => dataset === "prestazioni")!,
      questions.find(({ dataset }) => dataset === "residenti")!,
    ];
    expect(own.measures).toEqual([
      { count: "A2.07" },
      { count: "any" },
      { mean: "hours", of: "A2.07" },
    ]);
    expect(own.purposeId).toBeDefined();
    expect(open).toMatchObject({
      members: ["istat"],
      by: ["territory"],
      where: { territory: [PADOVA, PARMA, ROVIGO] },
    });
    expect(open).not.toHaveProperty("purposeId");
  });

  test("a population declared valid for a year is asked of its own year, and only for those years", () => {
    const asked = (periods: string[]) =>
      Object.values(questionsFor(wanted({ periods }))).filter(
        ({ dataset }) => dataset === "residenti",
      );
    expect(asked(["2021", "2022"]).map(({ period }) => period)).toEqual(["2022"]);
    expect(asked(["2019"])).toEqual([]);
  });
});

describe("figures", () => {
  test("a rate over an exact denominator: noise of the count alone", () => {
    const [padova] = shown(compared(wanted()));
    expect(padova).toMatchObject({
      member: PADOVA,
      value: 6,
      letter: "A",
      numerator: { value: 1200, sd: 10 },
      denominator: { value: 20_000, sd: 0 },
    });
    expect(padova!.noise).toBeCloseTo(0.05, 12);
    expect(padova!.low).toBeCloseTo(6 - 1.959964 * 0.05, 6);
  });

  test("a part of a whole of the same field: their noise moves together", () => {
    const women = Indicator.parse({
      ...definition,
      id: "women",
      numerator: count("any", { sex: ["F"] }),
      denominator: count("any"),
      coverage: false,
      beside: undefined,
      need: undefined,
    });
    const [padova] = shown(compared({ ...wanted(), indicator: women }));
    // V for both, V/2 between them: Var = (V + R²V − 2R·V/2)/n²
    expect(padova!.noise).toBeCloseTo((100 * Math.sqrt(100 + 0.25 * 100 - 0.5 * 100)) / 4200, 12);
  });

  test("where the people counted are a sample, chance is in the interval too", () => {
    const [whole] = shown(compared(wanted()));
    const [sampled] = shown(compared(wanted({ indicator: { ...helped, chance: "poisson" } })));
    expect(sampled!.noise).toBe(whole!.noise);
    expect(sampled!.sd).toBeCloseTo(Math.sqrt(whole!.noise ** 2 + (100 / 20_000) ** 2 * 1200), 12);
    expect(sampled!.high - sampled!.low).toBeGreaterThan(whole!.high - whole!.low);
  });

  test("standardised: as if all had the same ages, with the noise of classes that moves together", () => {
    const weights = { "65-74": 2, "75+": 1 };
    const standard = { dimension: "age", weights, source: "test" };
    const [padova] = shown(compared(wanted({ indicator: { ...helped, standard } })));
    const rates = [(0.25 * 1200) / 12_000, (0.75 * 1200) / 8000];
    expect(padova!.value).toBeCloseTo(100 * ((2 * rates[0]! + rates[1]!) / 3), 10);
    const [a, b] = [2 / 3 / 12_000, 1 / 3 / 8000];
    expect(padova!.noise).toBeCloseTo(100 * Math.sqrt(100 * (a * a + b * b) - 2 * a * b * 50), 12);
  });

  test("broken down by a dimension that both parts have", () => {
    const by = { dimension: "age", codes: ["65-74", "75+"] };
    const found = shown(compared(wanted({ by, members: [PADOVA] })));
    expect(found.map(({ group, value }) => [group, Math.round(value * 1000) / 1000])).toEqual([
      ["65-74", 2.5],
      ["75+", 11.25],
    ]);
  });
});

test("a share that noise carries past all or nothing stays within them", () => {
  const most = Indicator.parse({
    ...{
      ...definition,
      id: "most",
      coverage: false,
      beside: undefined,
      need: undefined,
      chance: "binomial",
    },
    numerator: count("A2.07"),
    denominator: count("any"),
  });
  const over: Nodes = {
    ...nodes,
    [PADOVA]: ({ period }) => city(PADOVA, period, { any: 300, "A2.07": 312, hours: 1 }),
  };
  const [padova] = shown(compared({ ...wanted({ members: [PADOVA] }), indicator: most }, over));
  expect([padova!.value, padova!.high]).toEqual([100, 100]);
  expect(padova!.low).toBeLessThan(97);
});

test("places of one level at a time, which is said; what members release is of their own", () => {
  const national = {
    ...definition,
    id: "national",
    coverage: false,
    beside: undefined,
    need: undefined,
    numerator: residents,
  };
  const table = Indicator.parse({
    ...national,
    denominator: { ...residents, where: { age: ["75+"] } },
  });
  const places: Node = {
    ...istat,
    manifest: {
      ...istat.manifest,
      axes: [
        { id: "territory", title: BOTH("t"), codes: [["03", [PADOVA, PARMA]], "05"] },
        axes[1]!,
      ],
    },
    figure: () => 1000,
  };
  const at = (members: string[]) =>
    compared({ indicator: table, members, periods: ["2022"] }, { istat: () => places });
  expect(at(["03", "05"])).toMatchObject({
    level: "region",
    figures: [{ state: "shown" }, { state: "shown" }],
  });
  expect(at([PADOVA, PARMA])).toMatchObject({ level: "municipality" });
  expect(
    compare({ indicator: table, members: ["03", PADOVA], periods: ["2022"] }, {}).problem?.code,
  ).toBe("mixed-levels");
  expect(
    compare({ indicator: helped, partner: hours, members: ["03"], periods: ["2022"] }, {}).problem
      ?.code,
  ).toBe("mixed-levels");
});

describe("rules of the table", () => {
  test("need, reached and gap stand together, with the gap's interval from noise that is partly the same", () => {
    for (const figure of shown(compared(wanted()))) {
      const counts = COUNTS[figure.member]!;
      expect(figure.need!.value).toBe(counts.any);
      expect(figure.reached!.value).toBe(counts["A2.07"]);
      expect(figure.gap!.value).toBe(counts.any! - counts["A2.07"]!);
      expect(figure.gap!.high - figure.gap!.value).toBeCloseTo(1.959964 * Math.sqrt(200), 3);
      expect(figure.sentence.it).toMatch(
        /Bisogno \(conosciuti\): .*; raggiunti .*; non raggiunti /,
      );
    }
  });

  test("all three or none: where one is hidden, none is shown and the reason is", () => {
    const few: Nodes = {
      ...nodes,
      [ROVIGO]: ({ period }) => city(ROVIGO, period, { any: 20, "A2.07": 230, hours: 2530 }),
    };
    const rovigo = shown(compared(wanted(), few)).find(({ member }) => member === ROVIGO)!;
    expect(rovigo).toMatchObject({ gapWhy: "unreliable" });
    expect(rovigo).not.toHaveProperty("need");
    expect(rovigo).not.toHaveProperty("gap");
  });

  test("residents are a denominator and never called need", () => {
    const plain = compared(wanted({ indicator: { ...helped, need: undefined } }));
    for (const figure of shown(plain)) {
      expect(figure).not.toHaveProperty("need");
      expect(figure.sentence.it).not.toMatch(/[Bb]isogno/);
      expect(figure.sentence.en).not.toMatch(/[Nn]eed/);
    }
  });

  test("a coverage has its intensity beside it, in the figure and in the sentence", () => {
    for (const figure of shown(compared(wanted()))) {
      expect(figure.beside).toMatchObject({ indicator: "hours", state: "shown" });
      expect(figure.sentence.en).toMatch(/Read beside: ore, (between )?\d/);
    }
  });
  test("a coverage without its intensity is not compared at all", () => {
    const { partner: _, ...alone } = wanted();
    expect(compared(alone)).toMatchObject({
      figures: [],
      groupings: [],
      problem: { code: "partner-missing" },
    });
    expect(compared(wanted({ partner: { ...hours, id: "another" } })).problem?.code).toBe(
      "partner-missing",
    );
  });
  test("a member whose intensity is too uncertain for a point is shown, and told from nobody", () => {
    const vague: Nodes = {
      ...nodes,
      [ROVIGO]: ({ period }) =>
        city(ROVIGO, period, COUNTS[ROVIGO]!, {
          fields: fields.map((one) => (one.id === "hours" ? { ...one, variance: 1e6 } : one)),
        }),
    };
    const found = compared(wanted(), vague);
    expect(shown(found).find(({ member }) => member === ROVIGO)!.beside).toMatchObject({
      state: "interval",
      why: "unreliable",
    });
    // a coverage stands beside its intensity: nobody compared what has none to stand beside
    expect(toldApart(found, { period: "2022" }, PADOVA, ROVIGO)).toBe("not-tested");
    expect(toldApart(found, { period: "2022" }, PADOVA, PARMA)).toBe("apart");
    expect(found.groupings[0]!.groups.flat()).not.toContain(ROVIGO);
  });
  test("a definition of coverage that names no intensity is no definition", () => {
    expect(Indicator.safeParse({ ...definition, beside: undefined }).success).toBe(false);
  });

  test("no rank and no worst: members stand as asked, in figures and in groups", () => {
    for (const members of [
      [ROVIGO, PARMA, PADOVA],
      [PARMA, PADOVA, ROVIGO],
    ]) {
      const found = compared(wanted({ members }));
      expect(found.figures.map(({ member }) => member)).toEqual(members);
      const firsts = found.groupings[0]!.groups.map(([first]) =>
        (members as string[]).indexOf(first!),
      );
      expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
      expect(JSON.stringify([found.figures, found.groupings, found.trends])).not.toMatch(
        /"(rank|place[ds]?|worst|best|position)":/i,
      );
    }
  });

  test("every figure can be spoken, with the numbers of each language", () => {
    const [padova] = shown(
      compared(wanted({ indicator: { ...helped, multiplier: 10_000, decimals: 1 } })),
    );
    expect(padova!.sentence.it).toMatch(
      /^A Padova il Comune aiuta 600,0 \(tra 590,2 e 609,8\) anziani su 100\./,
    );
    expect(padova!.sentence.en).toMatch(
      /^In Padova the city helps 600.0 \(between 590.2 and 609.8\) of every 100\./,
    );
    expect(padova!.sentence.it).toMatch(
      /Bisogno \(conosciuti\): 4\.200; raggiunti 1\.200; non raggiunti 3\.000\./,
    );
    expect(padova!.sentence.en).toMatch(/need \(known\): 4,200; reached 1,200; gap 3,000\./i);
  });

  test("alone first: one city with public statistics, no agreement and no other member", () => {
    const found = compared(wanted({ members: [PADOVA] }));
    expect(shown(found)).toHaveLength(1);
    expect(found.groupings[0]).toMatchObject({ pairs: [], told: "not-tested" });
    expect(found.groupings[0]!.sentence.en).toMatch(/nothing to compare/);
    // the others are not asked for anything: the page stands beside what is public
    expect(
      Object.values(questionsFor(wanted({ members: [PADOVA] }))).flatMap(({ members }) => members),
    ).toEqual([PADOVA, "istat"]);
  });

  test("a member that did not answer has a place, a reason and no number", () => {
    const found = compared(wanted(), { ...nodes, [PARMA]: () => undefined });
    expect(found.figures[1]).toMatchObject({ member: PARMA, state: "absent", why: "no-agreement" });
    expect(found.figures[1]!.sentence.it).toBe(
      "Parma, 2022. Chi guarda non ha un accordo in vigore con questo ente su questi dati.",
    );
    expect(found.figures[1]).not.toHaveProperty("value");
    expect(shown(found)).toHaveLength(2);
  });

  test("where nobody answered, it says so, and what is made is not called real", () => {
    const asking = wanted({ indicator: { ...helped, origin: "made" } });
    const found = compare(asking, {}, NAMES);
    expect(found.figures.map((figure) => figure.state === "absent" && figure.why)).toEqual(
      Array(3).fill("no-agreement"),
    );
    expect(found.origin).toBe("made");
    expect(found.groupings[0]!.sentence.it).toBe("Non ci sono cifre da confrontare.");
    expect(found.notes).toEqual([helped.note]);
    // hours are made, though the coverage that they are read beside is over real residents
    expect(compared({ ...wanted(), indicator: hours, partner: helped }).origin).toBe("made");
    const onlyResidents = compared(asking, { istat: nodes.istat! });
    expect([onlyResidents.sources.map(({ origin }) => origin), onlyResidents.origin]).toEqual([
      ["real"],
      "mixed",
    ]);
  });

  test("whom a city knows is not called need, with the same three numbers", () => {
    const known = { ...helped, need: { ...helped.need!, kind: "known" as const } };
    const [padova] = shown(compared(wanted({ indicator: known })));
    expect(padova!.sentence.it).toContain(
      " Conosciuti: 4.200; raggiunti 1.200; conosciuti e non raggiunti 3.000.",
    );
    expect(padova!.sentence.en).toContain(
      " Known: 4,200; reached 1,200; known and not reached 3,000.",
    );
    expect(JSON.stringify(padova!.sentence)).not.toMatch(/bisogno|need/i);
    expect(padova!.gap!.value).toBe(3000);
  });

  test("residents cannot be declared a source for need", () => {
    const need = { title: BOTH("residents"), need: residents, reached: count("A2.07") };
    expect(Indicator.safeParse({ ...definition, need }).error!.issues[0]!.message).toMatch(
      /no source for need/,
    );
  });

  test.each([
    [{ it: "A {nome} {value}.", en: "In {name} {value}." }, /knows \{place\}/],
    [{ it: "A {name} il {value} %.", en: "In {name} {value} %." }, /no article/],
    [{ it: "{place} della {value} parte.", en: "{place} {value}." }, /no article/],
    [{ it: "{place} tanti.", en: "{place} {value}." }, /whose figure/],
    [{ it: "{value} su 100.", en: "{value} of 100." }, /whose figure/],
  ])("a sentence that could not be spoken is refused: %j", (sentence, message) => {
    const issues = Indicator.safeParse({ ...definition, sentence }).error!.issues.map(
      (issue) => issue.message,
    );
    expect(issues.join("\n")).toMatch(message);
  });

  test("a group is said, and that nobody else is counted", () => {
    const by = { dimension: "age", codes: ["75+"] };
    const [padova] = shown(compared(wanted({ by, members: [PADOVA] })));
    expect(padova!.sentence.it).toContain(" Qui si conta solo un gruppo (age 75+).");
  });

  test("figures that read alike are not told apart, however exact they are", () => {
    const table = Indicator.parse({
      ...definition,
      ...{ id: "aid", coverage: false, beside: undefined, need: undefined, decimals: 2 },
      numerator: residents,
      denominator: undefined,
      multiplier: 1,
    });
    const values: Readonly<Record<string, number>> = {
      [PADOVA]: 5.281,
      [PARMA]: 5.284,
      [ROVIGO]: 5.301,
    };
    const grid = [field("residents", { grid: 0.001, variance: 0 })];
    const exact: Node = {
      manifest: { ...istat.manifest, fields: grid },
      figure: (_, by) => values[by.territory!]!,
    };
    const { groupings, notes } = compared(
      { indicator: table, members: [PADOVA, PARMA, ROVIGO], periods: ["2022"] },
      { istat: () => exact },
    );
    expect(groupings[0]!.groups).toEqual([[PADOVA, PARMA], [ROVIGO]]);
    expect(groupings[0]!.sentence.it).toBe("Si distinguono 2 coppie su 3; le altre no.");
    expect(notes.map(({ en }) => en)).toContain(
      "Nothing was added to these figures: they are as exact as their source.",
    );
    expect(JSON.stringify(notes)).not.toMatch(/protection noise/);
  });

  test("notes say what the interval covers and what it does not", () => {
    const said = (indicator: Indicator) =>
      compared(wanted({ indicator }))
        .notes.map(({ en }) => en)
        .join(" ");
    expect(said(helped)).toMatch(/covers the protection noise.*does not cover chance/);
    expect(said({ ...helped, chance: "poisson" })).toMatch(/covers chance too.*Poisson/);
    expect(said({ ...helped, chance: "poisson" })).not.toMatch(/does not cover chance/);
    expect(
      compared(wanted({ members: [PADOVA] }))
        .notes.map(({ en }) => en)
        .join(),
    ).not.toMatch(/Holm/);
  });

  test("nobody wrote a smallest count: three persons are an interval, in no pair and in no sentence", () => {
    const few: Nodes = {
      ...nodes,
      [ROVIGO]: ({ period }) => {
        const node = city(ROVIGO, period, { any: 800, "A2.07": 3, hours: 30 });
        const policy = { ...node.manifest.policy, smallest: 1 };
        return { ...node, manifest: { ...node.manifest, policy } };
      },
    };
    const found = compared(wanted(), few);
    expect(found.figures[2]).toMatchObject({ state: "interval", why: "unreliable", low: 0 });
    expect(found.figures[2]).toHaveProperty("high", expect.closeTo((100 * 22.6) / 4000, 2));
    expect(found.figures[2]!.sentence.en).not.toMatch(/2022\..*\d/);
    expect(toldApart(found, { period: "2022" }, PADOVA, ROVIGO)).toBe("not-tested");
  });

  test("figures that have no number for one reason are one line", () => {
    const nobody = compared(wanted({ periods: ["2021", "2022"] }), { istat: nodes.istat! });
    expect(withoutFigures(NAMES, nobody.figures, "en")).toEqual([
      `Padova, 2021, 2022; Parma, 2021, 2022; Rovigo, 2021, 2022. ${problems["no-agreement"].en}`,
    ]);
  });

  test("withheld is no zero, and says why", () => {
    const found = compared(wanted(), {
      ...nodes,
      [ROVIGO]: ({ period }) => city(ROVIGO, period, { any: 800, "A2.07": 3, hours: 30 }),
    });
    expect(found.figures[2]).toMatchObject({
      state: "withheld",
      why: "below-k",
      sentence: { en: expect.stringMatching(/too few people/) },
    });
    expect(JSON.stringify(found.figures[2])).not.toMatch(/"value"/);
  });
});

describe("trend", () => {
  const growing: Nodes = {
    ...nodes,
    [PADOVA]: ({ period }) =>
      city(PADOVA, period, { ...COUNTS[PADOVA], "A2.07": period === "2021" ? 1000 : 1200 }),
  };
  test("over the periods asked, and a note where a population is of another year", () => {
    const found = compared(wanted({ periods: ["2021", "2022"] }), growing);
    const [padova, parma] = found.trends;
    expect(padova).toMatchObject({ member: PADOVA, from: "2021", to: "2022", verdict: "up" });
    expect(padova!.change.value).toBeCloseTo(1, 10);
    expect(parma).toMatchObject({ member: PARMA, verdict: "no-change-seen" });
    // a percentage grows by points
    expect(padova!.sentence.it).toBe(
      "A Padova, dal 2021 al 2022, aiutati: in aumento di 1,0 (tra 0,9 e 1,1) punti percentuali all'anno.",
    );
    expect(padova!.sentence.en).toBe(
      "In Padova, from 2021 to 2022, aiutati: up 1.0 (between 0.9 and 1.1) percentage points a year.",
    );
    expect(parma!.sentence.it).toBe(
      "A Parma, dal 2021 al 2022, aiutati: non si vede un cambiamento più grande dell'incertezza.",
    );
    expect(
      found.notes.some(({ en }) => /For 2021 the denominator is of another year/.test(en)),
    ).toBe(true);
  });
  test("no year stands in for another: figures of one year are no trend, and a denominator of another is said", () => {
    const people = Indicator.parse({
      ...definition,
      ...{ id: "people", coverage: false, beside: undefined, need: undefined },
      numerator: residents,
      denominator: undefined,
      multiplier: 1,
    });
    const found = compared({ indicator: people, members: [PADOVA], periods: ["2021", "2022"] });
    expect(found.figures.map(({ standIn }) => standIn)).toEqual([{ numerator: "2022" }, undefined]);
    expect(found.trends).toEqual([]);
    expect(found.notes.map(({ en }) => en).join(" ")).toMatch(
      /For 2021 there are no figures of their own: those of 2022 stand in/,
    );
    const [padova] = compared(wanted({ periods: ["2021", "2022"] }), growing).trends;
    expect(padova!.denominatorOf).toEqual({ "2021": "2022" });
  });
  test("stops at a break in the series, which is said", () => {
    const breaks = [{ period: "2022", of: "codes" as const, what: BOTH("codes changed") }];
    const found = compared(
      wanted({ indicator: { ...helped, breaks }, periods: ["2021", "2022"] }),
      growing,
    );
    expect(found.trends).toEqual([]);
    expect(
      found.notes.some(({ en }) => /Break in the code list from 2022: codes changed/.test(en)),
    ).toBe(true);
  });
});

describe("quarters and months", () => {
  const quarters = ["2022-Q1", "2022-Q2", "2022-Q3"];
  const quarterly = (change = {}): Indicator =>
    Indicator.parse({
      ...definition,
      denominator: { ...residents, valid: [...quarters, "2021", "2022"] },
      ...change,
    });
  const growing: Nodes = {
    ...nodes,
    [PADOVA]: ({ period }) =>
      city(PADOVA, period, {
        ...COUNTS[PADOVA],
        "A2.07": 900 + 150 * (quarters.indexOf(period) + 1),
      }),
  };
  const asked = (change = {}, periods: readonly string[] = quarters) =>
    compared(wanted({ indicator: quarterly(change), members: [PADOVA], periods }), growing);

  test("a quarter's figure over a year's population says so, and is called by its name", () => {
    const found = asked();
    expect(found.figures.map(({ state, standIn }) => [state, standIn])).toEqual(
      quarters.map(() => ["shown", { denominator: "2022" }]),
    );
    expect(found.notes.map(({ it }) => it).join(" ")).toContain(
      "Per il primo trimestre 2022, il secondo trimestre 2022, il terzo trimestre 2022 il denominatore è di un altro periodo (2022), dichiarato valido.",
    );
  });

  test("a year's population is not taken for a quarter where nobody declared it valid", () => {
    const [figure] = asked({ denominator: residents }).figures;
    expect(figure).toMatchObject({ state: "absent", why: "denominator-not-valid" });
    expect(figure?.sentence.it).toMatch(/^Padova, primo trimestre 2022\. /);
  });

  test("they move beside each other, by the year, and never beside a year", () => {
    const { trends } = asked({}, ["2022-Q3", "2021", "2022", "2022-Q1", "2022-Q2"]);
    expect(trends.map(({ from, to }) => [from, to])).toEqual([
      ["2022-Q1", "2022-Q3"],
      ["2021", "2022"],
    ]);
    const [moved] = trends;
    // 150 of 20,000 more each quarter
    expect(moved?.slope.value).toBeCloseTo(3, 6);
    expect(moved?.sentence).toMatchObject({
      it: expect.stringMatching(
        /^A Padova, dal primo trimestre 2022 al terzo trimestre 2022, .* all'anno\.$/,
      ),
      en: expect.stringMatching(
        /^In Padova, from the first quarter of 2022 to the third quarter of 2022, .* a year\.$/,
      ),
    });
  });

  test("a break from the middle of a year parts its quarters", () => {
    const what = BOTH("codes changed");
    const { trends, notes } = asked({ breaks: [{ period: "2022-Q2", of: "codes", what }] });
    expect(trends.map(({ from }) => from)).toEqual(["2022-Q2"]);
    expect(notes.map(({ en }) => en)).toContain(
      "Break in the code list from the second quarter of 2022: codes changed",
    );
  });
});

describe("bad input is an explanation and no number", () => {
  const explained = (found: ReturnType<typeof compared>) => {
    expect(shown(found)).toEqual([]);
    return (
      found.problem?.code ??
      found.figures.map((figure) => (figure.state === "shown" ? "shown" : figure.why))[0]
    );
  };
  test("division by nothing", () => {
    const empty: Node = { ...istat, figure: () => 0 };
    expect(explained(compared(wanted(), { ...nodes, istat: () => empty }))).toBe(
      "nothing-to-divide-by",
    );
  });
  test("levels that are mixed", () => {
    const region: Node = { ...istat, manifest: { ...istat.manifest, level: "region" } };
    expect(explained(compared(wanted(), { ...nodes, istat: () => region }))).toBe("mixed-levels");
  });
  test("a period for which no population is valid", () => {
    expect(explained(compared(wanted({ periods: ["2019"] })))).toBe("denominator-not-valid");
  });
  test("a release of another period than asked", () => {
    expect(
      explained(
        compared(wanted(), { ...nodes, [PADOVA]: () => city(PADOVA, "2021", COUNTS[PADOVA]!) }),
      ),
    ).toBe("mixed-periods");
  });
  test("members that count different units", () => {
    const households: Nodes = {
      ...nodes,
      [PARMA]: ({ period }) => city(PARMA, period, COUNTS[PARMA]!, { unit: BOTH("household") }),
    };
    expect(explained(compared(wanted(), households))).toBe("mixed-units");
  });
  test("a count of households over a count of persons, chance or not", () => {
    const nuclei = { ...count("A2.07"), dataset: "nuclei" };
    const mixed = Indicator.parse({
      ...definition,
      ...{ id: "mixed", coverage: false, beside: undefined, need: undefined },
      denominator: nuclei,
    });
    const asked = (unit: string) =>
      compared(wanted({ indicator: mixed, members: [PADOVA] }), {
        [PADOVA]: ({ period, dataset }) => {
          const node = city(PADOVA, period, COUNTS[PADOVA]!, { dataset });
          return dataset === "nuclei"
            ? { ...node, manifest: { ...node.manifest, unit: BOTH(unit) } }
            : node;
        },
      });
    expect(explained(asked("household"))).toBe("mixed-units");
    expect(shown(asked(makeManifest(PADOVA).unit!.it))).toHaveLength(1);
  });
  test("hours and EUR added up, or beside each other", () => {
    const both = {
      dataset: "prestazioni",
      measure: { sum: "hours", of: "A2.07" },
      plus: [{ sum: "amount", of: "A2.07" }],
    };
    const odd = Indicator.parse({
      ...definition,
      ...{ id: "odd", coverage: false, beside: undefined, need: undefined },
      numerator: both,
    });
    const withAmount = [...fields, { ...fields[2]!, id: "amount", unit: BOTH("EUR") }];
    const paying = (id: string): Nodes => ({
      [id]: ({ period }) =>
        city(id, period, { ...COUNTS[id], amount: 5000 }, { fields: withAmount }),
    });
    expect(
      explained(
        compared(wanted({ indicator: odd, members: [PADOVA] }), { ...nodes, ...paying(PADOVA) }),
      ),
    ).toBe("mixed-units");
    const inThousands = fields.map((one) =>
      one.id === "hours" ? { ...one, unit: BOTH("minutes") } : one,
    );
    const other: Nodes = {
      ...nodes,
      [PARMA]: ({ period }) => city(PARMA, period, COUNTS[PARMA]!, { fields: inThousands }),
    };
    expect(
      explained(compared({ indicator: hours, members: [PADOVA, PARMA], periods: ["2022"] }, other)),
    ).toBe("mixed-units");
  });
  test("figures whose intervals are wider than their differences", () => {
    const alike = Object.fromEntries(
      [PADOVA, PARMA, ROVIGO].map((id) => [
        id,
        ({ period }: Question) => city(id, period, COUNTS[PADOVA]!),
      ]),
    );
    const same: Node = { ...istat, figure: () => 20_000 };
    const { groupings } = compared(wanted(), { ...alike, istat: () => same });
    expect(groupings[0]).toMatchObject({
      told: "not-apart",
      groups: [[PADOVA, PARMA, ROVIGO]],
    });
    expect(groupings[0]!.sentence).toEqual({
      it: "Queste cifre non permettono di distinguere le città.",
      en: "These figures cannot tell the cities apart.",
    });
  });
  test("an answer to another question", () => {
    const asking = wanted();
    const [[name], [, other]] = Object.entries(questionsFor(asking)) as [
      [string, Question],
      [string, Question],
    ];
    expect(() => compare(asking, { [name]: statementOf(other, { istat }) }, NAMES)).toThrow(
      "query-invalid",
    );
  });
  test("every problem has a sentence in both languages", () => {
    for (const sentence of Object.values(problems))
      expect(sentence.it !== sentence.en && sentence.it.length > 20).toBe(true);
  });
});
