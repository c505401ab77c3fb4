/** A comparison as it comes in: the year that is looked at first, the other years after it. */
import { useEffect, useState } from "preact/hooks";
import type { Wanted } from "../../../../functions/indicators/compare/questions.ts";
import { type Compared, compareNow } from "../compare.ts";
import type { Table } from "../load.ts";

interface Coming {
  readonly compared?: Compared;
  readonly fault?: Error;
}

/** Nothing is asked where nothing is wanted. What was on its way is dropped when something else is wanted. */
export function useCompared(
  table: Table,
  wanted: Wanted | undefined,
  period: string | undefined,
): Coming {
  const key =
    wanted &&
    JSON.stringify([
      wanted.indicator.id,
      wanted.partner?.id,
      wanted.members,
      wanted.periods,
      wanted.by,
    ]);
  const [state, setState] = useState<Coming & { readonly key?: string | undefined }>({});
  useEffect(() => {
    if (wanted === undefined || period === undefined) return;
    const stop = new AbortController();
    const take = (periods: readonly string[]) =>
      compareNow(table, { ...wanted, periods }, stop.signal).then((compared) => {
        if (!stop.signal.aborted) setState({ key, compared });
      });
    take([period])
      .then(() => (wanted.periods.length > 1 ? take(wanted.periods) : undefined))
      .catch((fault: Error) => {
        if (!stop.signal.aborted) setState({ key, fault });
      });
    return () => stop.abort();
  }, [key, table.asked]);
  return state.key === key ? state : {};
}
