/** What is shown where figures are not: while they come, where nobody may be asked, where there are none, where a signature fails. */
import type { Choice } from "../choice.ts";
import type { Compared } from "../compare.ts";
import type { Row } from "../rows.ts";
import { words } from "../words.ts";
import { type Shared, To } from "./shared.tsx";

/** Title and rows of names at once; columns fill in. */
export function Waiting({ choice, members, name, own }: Shared & { readonly members: readonly string[] }) {
  return (
    <section class="container pictures waiting" aria-busy="true" aria-label={words[choice.language].waiting}>
      <ul class="plain-list">
        {members.map((id) => (
          <li key={id} class={`line ${id === own ? "own" : ""}`}>
            <span class="who">{name(id)}</span>
            <span class="blank" />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A member whose answers do not verify, or the whole table: said before anything else. */
export function Distrusted({ choice: { language }, members, name }: Shared & { readonly members: readonly string[] }) {
  const say = words[language];
  return (
    <div class="container" role="alert">
      <p class="explained distrusted">
        <strong>{say.signatureFails}</strong> {members.length > 0 ? say.signatureOf(members.map(name)) : say.signatureHub}
      </p>
    </div>
  );
}

/** Without any agreement: one's own figures and what is public. */
export function Alone(props: Shared) {
  const { choice, own, name } = props;
  const say = words[choice.language];
  return (
    <section class="container alone" aria-labelledby="alone">
      <h2 id="alone">{say.alone(own === undefined ? "" : name(own))}</h2>
      <p>{say.aloneText}</p>
      <Public {...props} />
    </section>
  );
}

function Public(props: Shared) {
  const { choice, table, indicator } = props;
  const say = words[choice.language];
  const open = table.indicators.filter(
    ({ numerator, denominator, id }) => id !== indicator.id && numerator.member && (denominator === undefined || denominator.member),
  );
  if (open.length === 0) return null;
  return (
    <>
      <p class="mb-1">
        <strong>{say.publicOnes}</strong>
      </p>
      <ul class="links">
        {open.slice(0, 6).map(({ id, name }) => (
          <li key={id}>
            <To {...props} change={{ indicator: id }}>
              {name[choice.language]}
            </To>
          </li>
        ))}
      </ul>
    </>
  );
}

/** No axes: one sentence why, and the nearest question that has an answer. */
export function Nothing(props: Shared & { readonly compared?: Compared; readonly rows?: readonly Row[] }) {
  const { choice, compared, rows = [], period, table, indicator } = props;
  const say = words[choice.language];
  const [one] = rows.flatMap(({ main }) => (main.state === "shown" ? [] : [main]));
  const other = compared?.comparison.figures.filter((figure) => figure.state === "shown" && figure.period !== period).at(-1);
  const [partner] = table.indicators.filter(({ id, numerator }) => id !== indicator.id && numerator.member !== undefined);
  const way: { change: Partial<Choice>; text: string } | undefined =
    choice.group !== undefined
      ? { change: { group: undefined }, text: say.ways.whole }
      : other
        ? { change: { period: other.period }, text: say.ways.period(other.period) }
        : partner && { change: { indicator: partner.id }, text: say.ways.indicator(partner.name[choice.language]) };
  return (
    <section class="container nothing" aria-labelledby="nothing">
      <h2 id="nothing">{say.noFigures}</h2>
      {one && <p>{one.why[choice.language]}</p>}
      {way && (
        <p>
          {say.nearest}{" "}
          <To {...props} change={way.change}>
            {way.text}
          </To>
        </p>
      )}
    </section>
  );
}
