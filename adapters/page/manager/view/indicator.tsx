/** One indicator, one's own city among its peers: the sentence, the choices, the pictures, what is hidden, and the signatures. */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Wanted } from "../../../../functions/indicators/compare/questions.ts";
import type { Indicator } from "../../../../schemas/indicator.ts";
import { labelOf, spokenPeriod } from "../../../../schemas/period.ts";
import { Refused } from "../../../../schemas/refusal.ts";
import type { Choice } from "../choice.ts";
import type { Compared } from "../compare.ts";
import { filtersOf, ofThese } from "../filters.ts";
import { alike, type Likeness, likenessOf, similarTo } from "../likeness.ts";
import { besides, membersOf, periodsOf, type Table } from "../load.ts";
import { words } from "../messages.ts";
import { isBand, isShown, ordered, type Row, rowsOf } from "../rows.ts";
import { Actions } from "./actions.tsx";
import { Choices } from "./choices.tsx";
import { Colleagues } from "./colleagues.tsx";
import { Heading } from "./heading.tsx";
import { Method } from "./method.tsx";
import { Missing } from "./missing.tsx";
import { Second } from "./second.tsx";
import type { Figures, Shared, ViewProps } from "./shared.tsx";
import { Alone, Distrusted, Nothing, Unknown, Waiting, WrongAddress } from "./states.tsx";
import { TablePicture } from "./table-picture.tsx";
import { Trends } from "./trends.tsx";
import { useCompared } from "./use-compared.ts";

const FIRST = "home-care-coverage";

export function indicatorOf(
  indicators: readonly Indicator[],
  id: string | undefined,
): Indicator | undefined {
  return (
    indicators.find((one) => one.id === (id ?? FIRST)) ??
    indicators.find(({ coverage }) => coverage) ??
    indicators[0]
  );
}

/** Whom the reader compares: all who publish it, the most alike, or those picked. One's own city is always among them. */
function chosen(
  everybody: readonly string[],
  choice: Choice,
  own: string | undefined,
  likeness: Likeness | undefined,
): readonly string[] {
  const inside = (members: readonly string[]) =>
    everybody.filter((id) => id === own || members.includes(id));
  if (choice.peers === "chosen" && choice.members.length > 0) return inside(choice.members);
  if (choice.peers !== "similar" || own === undefined || likeness === undefined) return everybody;
  const near = similarTo(own, likeness, everybody).map(({ member }) => member);
  return inside(near.filter((id) => !choice.members.includes(id)));
}

function useLikeness(table: Table, needed: boolean): Likeness | undefined {
  const [likeness, setLikeness] = useState<Likeness>();
  useEffect(() => {
    if (!needed || likeness !== undefined) return;
    const stop = new AbortController();
    // where nothing is known of anybody, nobody is near: that is said, and nothing waits for it
    likenessOf(table, stop.signal).then(setLikeness, () => {
      if (!stop.signal.aborted) setLikeness({ indicators: [], contexts: {} });
    });
    return () => stop.abort();
  }, [table.asked, needed]);
  return likeness;
}

export function IndicatorView(props: ViewProps) {
  const { indicators } = props.table;
  const { indicator: id } = props.choice;
  if (id !== undefined && indicators.length > 0 && !indicators.some((one) => one.id === id))
    return <Unknown {...props} />;
  const indicator = indicatorOf(indicators, id);
  const say = words[props.choice.language];
  return indicator ? (
    <Shown {...props} indicator={indicator} />
  ) : (
    <p class="container view">{say.noFigures}</p>
  );
}

/** What the address asks for that this indicator has not. */
function oddOf(
  choice: Choice,
  there: {
    readonly period: string | undefined;
    readonly periods: readonly string[];
    readonly everybody: readonly string[];
    readonly isGroup: boolean;
  },
): string[] {
  const { wrong } = words[choice.language];
  const { period, periods, everybody, isGroup } = there;
  const strangers = choice.members.filter((id) => !everybody.includes(id));
  return [
    ...(choice.period !== undefined && period !== undefined && choice.period !== period
      ? [
          wrong.period(
            spokenPeriod(choice.period)[choice.language],
            spokenPeriod(period)[choice.language],
            periods.map((one) => labelOf(one)[choice.language]),
          ),
        ]
      : []),
    ...(strangers.length > 0 ? [wrong.value("members", strangers.join(","))] : []),
    ...(choice.group !== undefined && !isGroup
      ? [wrong.value("of", `${choice.group.dimension}:${choice.group.code}`)]
      : []),
  ];
}

function Shown({
  indicator,
  choice: asked,
  ...given
}: ViewProps & { readonly indicator: Indicator }) {
  const { table } = given;
  const { language } = asked;
  const say = words[language];
  const own = table.session?.member;
  const partner = table.indicators.find(({ id }) => id === indicator.beside);
  const filters = filtersOf(table, partner ? [indicator, partner] : [indicator], language);
  const isGroup = filters.some(
    ({ dimension, codes }) =>
      dimension === asked.group?.dimension && codes.includes(asked.group.code),
  );
  // a group that there is not is not asked for
  const choice = isGroup ? asked : { ...asked, group: undefined };
  const props = { ...given, choice };
  const periods = periodsOf(table, indicator);
  const period = periods.find((one) => one === choice.period) ?? periods.at(-1);
  const pictured = period === undefined ? [] : besides(periods, period);
  const everybody = membersOf(table, indicator);
  const likeness = useLikeness(
    table,
    choice.peers === "similar" || choice.order === "similar" || choice.order === "residents",
  );
  const members = chosen(everybody, choice, own, likeness);
  const { group } = choice;
  const by = group && { dimension: group.dimension, codes: [group.code] };
  const wait = choice.peers === "similar" && likeness === undefined && own !== undefined;
  const wanted: Wanted | undefined =
    period === undefined || members.length === 0 || wait
      ? undefined
      : {
          indicator,
          ...(partner ? { partner } : {}),
          members,
          periods: pictured,
          ...(by ? { by } : {}),
        };
  const { compared, fault } = useCompared(table, wanted, period);
  const ofTheseOnes = ofThese(table.indicators, indicator);
  // what stands beside it already is no second picture
  const second = ofTheseOnes?.id === partner?.id ? undefined : ofTheseOnes;
  const secondWanted: Wanted | undefined =
    second && wanted && compared && period && !by
      ? { indicator: second, members, periods: [period] }
      : undefined;
  const also = useCompared(table, secondWanted, period).compared;

  const rows = useMemo(() => {
    if (compared === undefined || period === undefined) return undefined;
    const residents = (id: string) => likeness?.contexts[id]?.residents;
    const by =
      choice.order === "similar" && own && likeness ? alike(own, likeness, everybody) : residents;
    return ordered(rowsOf(compared, period, choice.group?.code, own), choice.order, by);
  }, [compared, period, own, choice.order, choice.group?.code, likeness]);

  const name = (id: string) => table.names.get(id)?.[language] ?? id;
  const shared: Shared = { ...props, indicator, partner, period: period ?? "", own, name };
  const shown = rows?.filter(isRead).length ?? 0;
  return (
    <div
      class={
        compared && (pictured.length < 2 || compared.wanted.periods.length > 1)
          ? "indicator settled"
          : "indicator"
      }
    >
      <WrongAddress
        lines={oddOf(asked, { period, periods, everybody, isGroup })}
        language={language}
      />
      {compared && compared.distrusted.length > 0 && (
        <Distrusted {...shared} members={compared.distrusted} />
      )}
      {fault instanceof Refused && fault.reason === "statement-invalid" && (
        <Distrusted {...shared} members={[]} />
      )}
      <Heading
        {...shared}
        groupTitle={filters.find(({ dimension }) => dimension === by?.dimension)?.title}
        rows={rows ?? (period === undefined || fault ? [] : undefined)}
      >
        <Actions {...shared} compared={compared} />
      </Heading>
      <Choices
        {...shared}
        periods={periods}
        everybody={everybody}
        members={members}
        filters={filters}
        likeness={likeness}
      />
      <p class="visually-hidden" role="status">
        {rows
          ? say.updated(shown)
          : fault
            ? say.error
            : period === undefined
              ? say.noFigures
              : say.waiting}
      </p>
      {fault !== undefined ? (
        <Fault {...shared} fault={fault} />
      ) : compared && rows ? (
        <Answered {...shared} rows={rows} compared={compared} also={also} />
      ) : period === undefined ? (
        <Nothing {...shared} />
      ) : (
        <Waiting {...shared} members={members} />
      )}
    </div>
  );
}

/** Whether a row has something to draw: a point or a band. */
const isRead = ({ main }: Row): boolean => isShown(main) || isBand(main);

function Answered({ also, ...props }: Figures & { readonly also: Compared | undefined }) {
  const { compared, rows, choice } = props;
  const { problem } = compared.comparison;
  const shown = rows.filter(isRead);
  const isAlone =
    rows.length > 1 &&
    rows.every(({ own, main }) => own || (!isShown(main) && main.kind === "agreement")) &&
    shown.length === 1;
  const seen: readonly Row[] = isAlone ? shown : rows;
  const pictures = { ...props, rows: seen };
  return (
    <>
      {problem ? (
        <p class="container explained">{problem.sentence[choice.language]}</p>
      ) : shown.length === 0 ? (
        <Nothing {...props} rows={rows} />
      ) : (
        <>
          {isAlone && <Alone {...props} />}
          <TablePicture {...pictures} />
          <Trends {...pictures} />
        </>
      )}
      {!problem && (
        <div class="container two-columns">
          {also && shown.length > 0 ? <Second {...pictures} compared={also} /> : null}
          <Missing {...props} also={also} />
        </div>
      )}
      <Colleagues {...props} />
      <Method {...props} />
    </>
  );
}

function Fault({ choice: { language }, fault }: Shared & { readonly fault: Error }) {
  const say = words[language];
  const detail =
    fault instanceof Refused
      ? [fault.title, fault.hint.detail].filter(Boolean).join(": ")
      : fault.message;
  return (
    <div class="container view" role="alert">
      <p class="explained">
        <strong>{say.error}.</strong> {detail}.{" "}
        {fault instanceof Refused && fault.status === 401 && say.signInAgain}
      </p>
    </div>
  );
}
