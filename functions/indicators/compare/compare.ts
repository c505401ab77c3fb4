/**
 * An indicator beside itself: figures of several members with their intervals, what they are read beside, which of them differ, and
 * how they moved. Reads statements that were verified; looks at no signature. Pure; runs in a browser.
 */
import type {
  ComparedFigure,
  Comparison,
  Estimate,
  Grouping,
  Problem,
  ShownFigure,
} from "../../../schemas/comparison.ts";
import { found } from "../../../schemas/found.ts";
import type { Indicator, IndicatorPart } from "../../../schemas/indicator.ts";
import type { Letter, Statement } from "../../../schemas/query.ts";
import type { Manifest } from "../../../schemas/release.ts";
import type { Bilingual, Level, Names } from "../../../schemas/words.ts";
import { notesOfAccounts } from "../../disclosure/account-notes.ts";
import { markOf } from "../../disclosure/reliability.ts";
import { revisionNote, saidOfAll } from "../../disclosure/said.ts";
import { type Estimated, estimate, type Outcome, type Uncertain } from "./estimate.ts";
import { groupsOf, overlapFactor, pairsOf, toldOf } from "./groups.ts";
import { type Limits, normalLimits } from "./intervals.ts";
import { notesOf } from "./notes.ts";
import { type Answer, answerOf, covarianceOf, type Read, readPart, unitClash } from "./parts.ts";
import { problems } from "./problems.ts";
import {
  byName,
  nameOf,
  partsOf,
  periodOf,
  questionOf,
  splitOf,
  type Wanted,
} from "./questions.ts";
import { groupingSentence, sentenceOf, withoutFigure } from "./sentences.ts";
import { originOf, sourcesOf } from "./sources.ts";
import { levelsOf } from "./territory.ts";
import { trendIn } from "./trends.ts";

/** Members whose pairs anybody can read: above it a table has no pairs and no groups. */
export const MOST_TOLD_APART = 60;
const STRUCTURAL: readonly Problem[] = ["mixed-levels", "mixed-periods", "mixed-units"];

/** Statements are those to the questions of `questionsFor`, under the same names. Throws `Refused` query-invalid where one is not. */
export function compare(
  wanted: Wanted,
  statements: Readonly<Record<string, Statement>>,
  names: Names = new Map(),
): Comparison {
  const { indicator, partner, members, periods, by } = wanted;
  const answers = new Map(
    [...byName(statements)].map(([name, statement]) => [name, answerOf(statement)]),
  );
  const sources = sourcesOf(answers);
  const levels = levelsOf(members);
  const whole = {
    v: 1 as const,
    indicator,
    level: levels[0] ?? indicator.level,
    members,
    periods,
    ...(by === undefined ? {} : { by: by.dimension }),
    sources,
    origin: originOf(sources, indicator),
  };
  const explained = (code: Problem): Comparison => ({
    ...whole,
    figures: [],
    groupings: [],
    trends: [],
    notes: [indicator.note],
    problem: { code, sentence: problems[code] },
  });
  if (indicator.coverage && partner?.id !== indicator.beside) return explained("partner-missing");
  // what members release is of their own level; a national table may have others, one at a time
  const national = partsOf(wanted).every(({ part }) => part.member !== undefined);
  if (levels.length > 1 || (!national && levels.some((level) => level !== indicator.level)))
    return explained("mixed-levels");
  const places = members.flatMap((member) =>
    periods.flatMap((period) => groupsIn(by).map((group) => ({ member, period, group }))),
  );
  const estimates = places.map((at) => ({
    at,
    outcome: outcomeOf(indicator, wanted, answers, at),
  }));
  const structural = estimates.flatMap(({ outcome }) =>
    outcome.state === "absent" && STRUCTURAL.includes(outcome.why) ? [outcome.why] : [],
  )[0];
  if (structural !== undefined) return explained(structural);
  const read = estimates.flatMap(({ outcome }) => ("numerator" in outcome ? [outcome] : []));
  if (read.some((one) => unitClash(one.numerator, found(read[0]).numerator)))
    return explained("mixed-units");
  const figures = estimates.map(({ at, outcome }) => figureOf(wanted, answers, names, at, outcome));
  const told = members.length <= MOST_TOLD_APART ? periods : [];
  const groupings = told.flatMap((period) =>
    groupsIn(by).map((group) => groupingOf(indicator, whole.level, figures, period, group)),
  );
  const noisy = figures.some((figure) =>
    figure.state === "shown" ? figure.noise > 0 : figure.state !== "absent",
  );
  return {
    ...whole,
    notes: [
      ...notesOf(wanted, {
        any: figures.some(({ state }) => state !== "absent"),
        noisy,
        compared: groupings.some(({ pairs }) => pairs.length > 0),
      }),
      ...(figures.some((figure) => figure.state === "shown" && figure.revised)
        ? revisionsIn(answers)
        : []),
      ...notesOfAccounts(releasesIn(answers), names),
    ],
    figures: figures.map((figure) => withOverlap(indicator, figure, figures)),
    groupings,
    trends:
      by === undefined
        ? members.flatMap((member) => trendIn(indicator, names, member, figures))
        : [],
  };
}

/** What was corrected, and why: once a release. */
const revisionsIn = (answers: Answers): Bilingual[] =>
  releasesIn(answers).flatMap((manifest) => revisionNote(manifest) ?? []);

/** Every release that was read, once. */
const releasesIn = (answers: Answers): Manifest[] => [
  ...new Map(
    [...answers.values()]
      .flatMap(({ manifests }) => [...manifests.values()])
      .map((manifest) => [manifest.id, manifest] as const),
  ).values(),
];

interface Place {
  readonly member: string;
  readonly period: string;
  readonly group: string | undefined;
}
type Answers = ReadonlyMap<string, Answer>;

const groupsIn = (by: Wanted["by"]): readonly (string | undefined)[] => by?.codes ?? [undefined];

/** Reads a part where `at` says, in the split that the definition has. */
function reading(definition: Indicator, { members, by }: Wanted, answers: Answers, at: Place) {
  const split = splitOf(definition, by);
  return (part: IndicatorPart, code?: string): Read => {
    const question = questionOf(part, members, at.period, split);
    if (question === undefined) return { state: "absent", why: "denominator-not-valid" };
    const answer = answers.get(nameOf(question));
    // a member's own data that nobody could be asked for: there is no agreement on them
    if (answer === undefined)
      return { state: "absent", why: part.member === undefined ? "no-agreement" : "not-answered" };
    const chosen = code ?? at.group;
    const read = readPart(
      part,
      answer,
      at.member,
      split && chosen ? { dimension: split.dimension, code: chosen } : undefined,
    );
    return read.state === "read" && read.manifest.period !== question.period
      ? { state: "absent", why: "mixed-periods" }
      : read;
  };
}

const outcomeOf = (definition: Indicator, wanted: Wanted, answers: Answers, at: Place): Outcome =>
  estimate(definition, reading(definition, wanted, answers, at));

const estimateAs = ({
  value,
  limits: [low, high],
}: Pick<Estimated, "value" | "limits">): Estimate => ({ value, low, high });

const amountAs = ({ value, variance, as, label }: Estimated["numerator"]) => ({
  value,
  sd: Math.sqrt(variance),
  ...(as === "point" ? {} : { uncertain: true as const }),
  ...(label ? { unit: label } : {}),
});

const amountsAs = ({ numerator, denominator }: Pick<Estimated, "numerator" | "denominator">) => ({
  numerator: amountAs(numerator),
  ...(denominator === undefined ? {} : { denominator: amountAs(denominator) }),
});
const intervalAs = ({ why, bounds: [low, high] }: Uncertain) => ({
  state: "interval" as const,
  ...{ why, low, high },
});

/** A part as it is said, with the interval of its noise. */
const countAs = ({ value, variance }: Estimated["numerator"]): Estimate => {
  const [low, high] = normalLimits(value, Math.sqrt(variance));
  return { value, low, high };
};

/** A letter grades a coefficient of variation: of what is in proportion to a count. Of a mean or a share it would grade where zero lies. */
const letterIn = ({ value, noise, numerator, denominator }: Estimated): { letter?: Letter } => {
  const counted = numerator.counts && (denominator === undefined || denominator.variance === 0);
  return counted ? { letter: markOf(value, noise, Number.NEGATIVE_INFINITY).letter ?? "A" } : {};
};

const saidIn = ({ numerator, denominator }: Pick<Estimated, "numerator" | "denominator">) =>
  saidOfAll([numerator.said, denominator?.said ?? {}]);

/** The periods that stand in for this one, where the definition has some. */
function standInAt(
  { numerator, denominator }: Indicator,
  period: string,
): Pick<ComparedFigure, "standIn"> {
  const other = (part: IndicatorPart | undefined) => {
    const of = part && periodOf(part, period);
    return of === period ? undefined : of;
  };
  const [above, below] = [other(numerator), other(denominator)];
  if (above === undefined && below === undefined) return {};
  return {
    standIn: {
      ...(above === undefined ? {} : { numerator: above }),
      ...(below === undefined ? {} : { denominator: below }),
    },
  };
}

function figureOf(
  wanted: Wanted,
  answers: Answers,
  names: Names,
  at: Place,
  outcome: Outcome,
): ComparedFigure {
  const { indicator, partner } = wanted;
  const { need } = indicator;
  const place = {
    member: at.member,
    period: at.period,
    ...(at.group === undefined ? {} : { group: at.group }),
    ...standInAt(indicator, at.period),
  };
  if (outcome.state !== "shown") {
    const sentence = withoutFigure(names, at.member, at.period, outcome.why);
    return outcome.state === "interval"
      ? { ...place, ...intervalAs(outcome), ...amountsAs(outcome), sentence }
      : { ...place, state: outcome.state, why: outcome.why, sentence };
  }
  const { numerator, denominator, noise, sd } = outcome;
  const beside = partner && outcomeOf(partner, wanted, answers, at);
  const gap = gapOf(wanted, answers, at);
  const spokenGap =
    need !== undefined && gap !== undefined && "gap" in gap
      ? {
          ...{ need: gap.need, reached: gap.reached, gap: gap.gap },
          kind: need.kind,
          title: need.title,
        }
      : undefined;
  const value = estimateAs(outcome);
  return {
    ...place,
    state: "shown",
    mark: "shown",
    ...value,
    noise,
    sd,
    ...letterIn(outcome),
    ...saidIn(outcome),
    ...amountsAs(outcome),
    overlap: { low: value.value, high: value.value },
    ...gap,
    ...(partner === undefined || beside === undefined
      ? {}
      : {
          beside:
            beside.state === "shown"
              ? {
                  ...{ indicator: partner.id, state: "shown" as const, ...estimateAs(beside) },
                  ...saidIn(beside),
                }
              : beside.state === "interval"
                ? { indicator: partner.id, ...intervalAs(beside) }
                : { indicator: partner.id, state: beside.state, why: beside.why },
        }),
    sentence: sentenceOf(indicator, names, {
      ...at,
      group:
        at.group === undefined ? undefined : { code: at.group, of: titleOf(wanted, numerator) },
      value,
      status: saidIn(outcome),
      numerator: countAs(numerator),
      denominator: denominator && countAs(denominator),
      gap: spokenGap,
      beside: partner &&
        beside && {
          indicator: partner,
          ...(beside.state === "shown" ? { value: estimateAs(beside) } : { why: beside.why }),
        },
    }),
  };
}

/** What the groups are groups of, as the release calls it. */
function titleOf({ by }: Wanted, { manifest }: Estimated["numerator"]): Bilingual {
  const id = by?.dimension ?? "";
  return manifest.axes.find((axis) => axis.id === id)?.title ?? { it: id, en: id };
}

/** Need, reached and gap, all three with intervals, or why not. Reached is a part of need: their noise is not independent. */
function gapOf(
  wanted: Wanted,
  answers: Answers,
  at: Place,
):
  | (Pick<ShownFigure, "need" | "reached" | "gap"> & {
      need: Estimate;
      reached: Estimate;
      gap: Estimate;
    })
  | { gapWhy: Problem }
  | undefined {
  const { indicator, by } = wanted;
  if (indicator.need === undefined) return undefined;
  const read = reading({ ...indicator, standard: undefined }, wanted, answers, at);
  const [need, reached] = [
    read(indicator.need.need, by && at.group),
    read(indicator.need.reached, by && at.group),
  ];
  if (need.state !== "read") return { gapWhy: need.why };
  if (reached.state !== "read") return { gapWhy: reached.why };
  const clash = unitClash(need, reached);
  if (clash !== undefined) return { gapWhy: clash };
  const bad = [need, reached].find(({ as }) => as !== "point");
  if (bad !== undefined) return { gapWhy: bad.as === "withheld" ? "below-k" : bad.why };
  const value = need.value - reached.value;
  const variance =
    need.variance + reached.variance - 2 * covarianceOf(need.terms, reached.terms, need.manifest);
  const of = (amount: number, spread: number): Estimate =>
    estimateAs({
      value: amount,
      limits: floored(normalLimits(amount, Math.sqrt(Math.max(0, spread)))),
    });
  return {
    need: of(need.value, need.variance),
    reached: of(reached.value, reached.variance),
    gap: of(value, variance),
  };
}
const floored = ([low, high]: Limits): Limits => [Math.max(0, low), Math.max(0, high)];

/** What may be compared: a coverage only where what it is read beside is shown too. */
const comparable = (
  { coverage }: Indicator,
  figures: readonly ComparedFigure[],
  period: string,
  group: string | undefined,
): ShownFigure[] =>
  figures.filter(
    (figure): figure is ShownFigure =>
      figure.state === "shown" &&
      figure.period === period &&
      figure.group === group &&
      (!coverage || figure.beside?.state === "shown"),
  );

const valued = (figures: readonly ShownFigure[]) =>
  figures.map(({ member, value, low, high, sd }) => ({
    member,
    value,
    limits: [low, high] as const,
    sd,
  }));

function groupingOf(
  indicator: Indicator,
  level: Level,
  figures: readonly ComparedFigure[],
  period: string,
  group: string | undefined,
): Grouping {
  const compared = valued(comparable(indicator, figures, period, group));
  const pairs = pairsOf(compared, indicator.decimals);
  const grouping = {
    period,
    ...(group === undefined ? {} : { group }),
    pairs,
    groups: groupsOf(compared, pairs),
    told: toldOf(pairs),
  };
  return { ...grouping, sentence: groupingSentence(grouping, compared.length, level) };
}

function withOverlap(
  indicator: Indicator,
  figure: ComparedFigure,
  all: readonly ComparedFigure[],
): ComparedFigure {
  if (figure.state !== "shown") return figure;
  const factor = overlapFactor(
    comparable(indicator, all, figure.period, figure.group).map(({ sd }) => sd),
  );
  const low = figure.value - factor * figure.sd;
  return {
    ...figure,
    overlap: {
      low: figure.low >= 0 ? Math.max(0, low) : low,
      high: figure.value + factor * figure.sd,
    },
  };
}
