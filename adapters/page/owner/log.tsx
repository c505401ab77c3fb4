/** Both logs of the node: the one that anybody can check, and the one that stays here. */

import type { OwnEntry, OwnLog } from "../../../schemas/owner.ts";
import type { Language } from "../../../schemas/words.ts";
import { number } from "../parts/numbers.ts";
import { words } from "./messages.ts";
import { dayAt, Shown, timeAt, useLoad, type ViewProps } from "./parts.tsx";

export function Log({ node, choice: { language } }: ViewProps) {
  const say = words[language].log;
  const [log, again] = useLoad(() => node.log(), [node]);
  return (
    <section>
      <h2>{say.title}</h2>
      <p class="o-second o-read">{say.about}</p>
      <Shown of={log} again={again} language={language}>
        {(value) => (
          <>
            <Book title={say.private} book={value.private} language={language} />
            <Book title={say.public} book={value.public} language={language} />
          </>
        )}
      </Shown>
    </section>
  );
}

interface BookProps {
  readonly title: string;
  readonly book: OwnLog["public"];
  readonly language: Language;
}

function Book({ title, book, language }: BookProps) {
  const say = words[language].log;
  const changed = book.entries.filter(({ whole }) => !whole).length;
  return (
    <>
      <h3 class="mt-4">
        {title} <span class="o-second o-small">{say.size(number(book.size, language))}</span>
      </h3>
      {book.root && (
        <p class="o-second o-small o-break">
          {book.signed !== undefined &&
            `${dayAt(book.signed, language)}, ${timeAt(book.signed, language)}: `}
          <code>{book.root}</code>
        </p>
      )}
      {book.entries.length === 0 ? (
        <p>{say.empty}</p>
      ) : (
        <>
          <p class={changed > 0 ? "o-amber" : "o-well"} role={changed > 0 ? "alert" : undefined}>
            {changed > 0 ? say.changed(String(changed), changed === 1) : say.whole}
          </p>
          <table class="o-log o-num">
            <caption class="o-second">{say.caption(String(book.entries.length))}</caption>
            <thead>
              <tr>
                <th scope="col">{say.columns.at}</th>
                <th scope="col">{say.columns.kind}</th>
                <th scope="col">{say.columns.facts}</th>
              </tr>
            </thead>
            <tbody>
              {folded(book.entries).map(({ entry, times }) => (
                <Entry key={entry.index} entry={entry} times={times} language={language} />
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  );
}

/** That the owner looked is said once for as often as nothing else happened in between. Pure. */
function folded(
  entries: readonly OwnEntry[],
): { readonly entry: OwnEntry; readonly times: number }[] {
  const lines: { entry: OwnEntry; times: number }[] = [];
  for (const entry of entries) {
    const last = lines.at(-1);
    if (
      last !== undefined &&
      entry.kind === "owner" &&
      last.entry.kind === "owner" &&
      entry.whole &&
      last.entry.whole
    )
      last.times += 1;
    else lines.push({ entry, times: 1 });
  }
  return lines;
}

interface EntryProps {
  readonly entry: OwnEntry;
  readonly times: number;
  readonly language: Language;
}

/** Digests are long and say nothing to people: their beginning is enough to find one again. */
const shortened = (value: string | number): string =>
  typeof value === "string" && value.length > 24 && !value.includes("/")
    ? `${value.slice(0, 10)}…`
    : String(value);

function Entry({ entry: { at, kind, facts, whole }, times, language }: EntryProps) {
  const all = words[language];
  const said = (name: string, value: string | number) =>
    name === "reason" ? (all.reasons[String(value)] ?? String(value)) : shortened(value);
  return (
    <tr class={whole ? undefined : "o-changed"}>
      <td>
        {dayAt(at, language)}, {timeAt(at, language)}
      </td>
      <th scope="row">
        {all.log.kinds[kind] ?? kind}
        {times > 1 && ` (${all.log.times(number(times, language))})`}
      </th>
      <td class="o-break">
        {Object.entries(facts).map(([name, value]) => (
          <span key={name} class="o-fact">
            {name} <span class="o-code">{said(name, value)}</span>
          </span>
        ))}
      </td>
    </tr>
  );
}
