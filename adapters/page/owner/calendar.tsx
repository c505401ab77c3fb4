/** The days to come. */

import type { OwnDate, OwnOverview } from "../../../schemas/owner.ts";
import { spokenPeriod } from "../../../schemas/period.ts";
import type { Language } from "../../../schemas/words.ts";
import { words } from "./messages.ts";
import { dayOf } from "./parts.tsx";

interface CalendarProps {
  readonly overview: OwnOverview;
  readonly language: Language;
  /** Who left and is counted still. */
  readonly waiting: number;
}

export function Calendar({ overview, language, waiting }: CalendarProps) {
  const first = overview.calendar.findIndex(({ kind }) => kind === "release");
  return (
    <dl class="o-dates">
      {overview.calendar.map((date, at) => (
        <div key={JSON.stringify(date)}>
          <dt>
            {dayOf(date.day, language)}
            {date.kind === "closed" && <> – {dayOf(date.until, language)}</>}
          </dt>
          <dd>
            {saidOf(date, overview, language)}
            {at === first && waiting > 0 && (
              <> {words[language].calendar.leftToo(String(waiting), waiting === 1)}</>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function saidOf(date: OwnDate, { datasets }: OwnOverview, language: Language): string {
  const say = words[language].calendar;
  switch (date.kind) {
    case "release": {
      const dataset = datasets.find(({ id }) => id === date.dataset);
      return say.release(
        dataset?.title[language] ?? date.dataset,
        spokenPeriod(date.period)[language],
        date.number,
        dataset?.releases ?? 1,
      );
    }
    case "closed":
      return say.closed(date.reason);
    case "fixed":
      return say.fixed(date.year);
    case "key":
      return say.key(words[language].uses[date.use] ?? date.use);
  }
}
