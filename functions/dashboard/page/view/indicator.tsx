/** One indicator, one's own city among its peers: the sentence, the choices, the pictures, what is hidden, and the signatures. */
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Indicator } from "../../../../schemas/indicator.ts";
import type { Wanted } from "../../../benchlearn/questions.ts";
import type { ViewProps } from "../app.tsx";
import { type Compared, compareNow } from "../load.ts";
import { rowsOf } from "../rows.ts";
import { words } from "../words.ts";
import { Actions } from "./actions.tsx";
import { Choices } from "./choices.tsx";
import { Colleagues } from "./colleagues.tsx";
import { Heading } from "./heading.tsx";
import { Method } from "./method.tsx";
import { Missing } from "./missing.tsx";
import { TablePicture } from "./table-picture.tsx";
import { Trends } from "./trends.tsx";

const FIRST = "home-care-coverage";
const PERIODS = ["2020", "2021", "2022"];

export function indicatorOf(indicators: readonly Indicator[], id: string | undefined): Indicator | undefined {
  return indicators.find((one) => one.id === (id ?? FIRST)) ?? indicators[0];
}

export function IndicatorView({ table, choice, choose }: ViewProps) {
  const say = words[choice.language];
  const own = table.session?.member;
  const indicator = indicatorOf(table.indicators, choice.indicator);
  const members = choice.peers === "chosen" && choice.members.length > 0 ? choice.members : table.cities;
  const period = choice.period ?? PERIODS.at(-1)!;
  const key = JSON.stringify([indicator?.id, members]);
  const [state, setState] = useState<{ readonly key: string; readonly compared?: Compared; readonly fault?: string }>({ key: "" });

  useEffect(() => {
    if (!indicator) return;
    const stop = new AbortController();
    const partner = table.indicators.find(({ id }) => id === indicator.beside);
    const wanted: Wanted = { indicator, ...(partner ? { partner } : {}), members, periods: PERIODS };
    compareNow(table, wanted, stop.signal).then(
      (compared) => setState({ key, compared }),
      (error: Error) => stop.signal.aborted || setState({ key, fault: error.message }),
    );
    return () => stop.abort();
  }, [key, table]);

  const compared = state.key === key ? state.compared : undefined;
  const rows = useMemo(
    () => (compared ? ordered(rowsOf(compared.comparison, period, own, compared.partner), choice.order) : undefined),
    [compared, period, own, choice.order],
  );
  if (!indicator) return <p class="container py-5">{say.noFigures}</p>;
  const shared = { table, choice, choose, indicator, period };
  return (
    <div class="indicator">
      <Heading {...shared} rows={rows} />
      <Actions {...shared} compared={compared} />
      <Choices {...shared} periods={PERIODS} members={members} />
      <p class="visually-hidden" role="status">
        {rows ? say.updated(rows.filter(({ main }) => main.state === "shown").length) : say.waiting}
      </p>
      {state.key === key && state.fault !== undefined ? (
        <div class="container py-4" role="alert">
          <p class="amber-box">
            <strong>{say.signatureFails}</strong> {state.fault}
          </p>
        </div>
      ) : (
        <>
          <TablePicture {...shared} rows={rows} compared={compared} members={members} />
          {compared && rows && (
            <>
              <Trends {...shared} compared={compared} order={rows.map(({ member }) => member)} />
              <Missing {...shared} rows={rows} />
              <Colleagues {...shared} />
              <Method {...shared} compared={compared} />
            </>
          )}
        </>
      )}
    </div>
  );
}

type Rows = ReturnType<typeof rowsOf>;
/** By name is the order asked; by value only where the reader chose it. */
function ordered(rows: Rows, order: ViewProps["choice"]["order"]): Rows {
  if (order !== "value") return rows;
  const value = ({ main }: Rows[number]) => (main.state === "shown" ? main.value : Number.NEGATIVE_INFINITY);
  return [...rows].sort((a, b) => value(b) - value(a));
}
