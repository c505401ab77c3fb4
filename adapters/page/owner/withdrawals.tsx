/** Who left, by dataset, and the form that takes down who leaves. What is written here goes to the node and nowhere else. */
import { useId, useRef, useState } from "preact/hooks";
import { found } from "../../../schemas/found.ts";
import type { OwnDataset, OwnWithdrawals } from "../../../schemas/owner.ts";
import { PERSONS_AT_MOST } from "../../../schemas/owner.ts";
import { Refused } from "../../../schemas/refusal.ts";
import type { Language } from "../../../schemas/words.ts";
import { number } from "../parts/numbers.ts";
import { words } from "./messages.ts";
import { dayOf, Made, Shown, useLoad, type ViewProps } from "./parts.tsx";

const KINDS = ["withdrawal", "objection", "restriction", "erasure"] as const;

export function Withdrawals(props: ViewProps) {
  const { node, choice, overview } = props;
  const { language } = choice;
  const say = words[language].withdrawals;
  const [left, again] = useLoad(() => node.withdrawals(), [node]);
  const about = overview.datasets.filter(
    ({ unit, version }) => unit !== undefined && version !== undefined,
  );
  return (
    <>
      <section>
        <h2>{say.title}</h2>
        <p class="o-second o-read">{say.about}</p>
        {about.length === 0 ? (
          <p class="o-notice">{say.none}</p>
        ) : (
          <Shown of={left} again={again} language={language}>
            {(value) => <Waiting {...props} left={value} />}
          </Shown>
        )}
      </section>
      {about.length > 0 && (
        <Form
          {...props}
          datasets={about}
          left={left.state === "ready" ? left.value : undefined}
          done={again}
        />
      )}
    </>
  );
}

function Waiting({
  left,
  overview,
  choice: { language },
}: ViewProps & { readonly left: OwnWithdrawals }) {
  const say = words[language].withdrawals;
  return (
    <ul class="o-waiting">
      {left.datasets.map(({ dataset, title, persons, kinds, countedNoLongerFrom }) => (
        <li key={dataset}>
          <span>
            <strong>{title[language]}</strong>{" "}
            <Made
              origin={overview.datasets.find(({ id }) => id === dataset)?.origin ?? "real"}
              language={language}
            />
          </span>
          <span class="o-num">
            {persons === 0 ? (
              say.nobody
            ) : (
              <strong>{say.waiting(number(persons, language), persons === 1)}</strong>
            )}
            {persons > 0 && (
              <span class="o-second">
                {" "}
                (
                {KINDS.filter((kind) => kinds[kind] > 0)
                  .map((kind) => `${say.kinds[kind]}: ${number(kinds[kind], language)}`)
                  .join(", ")}
                )
              </span>
            )}
          </span>
          <span class="o-second">
            {countedNoLongerFrom === null
              ? say.undated
              : say.from(dayOf(countedNoLongerFrom, language))}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** One person a line; parts of an identifier between semicolons. */
const peopleIn = (text: string): string[][] =>
  text
    .split("\n")
    .map((line) => line.split(";").map((part) => part.trim()))
    .filter((parts) => parts.some((part) => part !== ""));

/** How many persons lines name: the same one twice is one. */
const personsIn = (people: readonly (readonly string[])[]): number =>
  new Set(people.map((parts) => JSON.stringify(parts.map((part) => part.toUpperCase())))).size;

type Outcome =
  | { readonly state: "idle" | "working" | "nobody" }
  | { readonly state: "asking"; readonly people: readonly string[][] }
  | { readonly state: "done"; readonly receipts: readonly string[]; readonly day: string | null }
  | { readonly state: "failed"; readonly reason: string; readonly detail?: string | undefined };

function Form(
  props: ViewProps & {
    readonly datasets: readonly OwnDataset[];
    readonly left: OwnWithdrawals | undefined;
    readonly done: () => void;
  },
) {
  const { node, choice, datasets, left, done } = props;
  const { language } = choice;
  const all = words[language];
  const say = all.withdrawals;
  const id = useId();
  const [dataset, setDataset] = useState(found(datasets[0]).id);
  const [by, setBy] = useState<"identifiers" | "pseudonyms">("identifiers");
  const chosen = found(datasets.find((one) => one.id === dataset));
  const usual = chosen.basis === "consent" ? "withdrawal" : "objection";
  const [kind, setKind] = useState<"withdrawal" | "objection" | "restriction">();
  const [outcome, setOutcome] = useState<Outcome>({ state: "idle" });
  const text = useRef<HTMLTextAreaElement>(null);
  const day = left?.datasets.find((one) => one.dataset === dataset)?.countedNoLongerFrom ?? null;
  const ask = (event: Event) => {
    event.preventDefault();
    const people = peopleIn(text.current?.value ?? "");
    setOutcome(people.length === 0 ? { state: "nobody" } : { state: "asking", people });
  };
  const send = async (people: readonly string[][]) => {
    setOutcome({ state: "working" });
    try {
      const named =
        by === "identifiers"
          ? { identifiers: [...people] }
          : { pseudonyms: people.map(([one = ""]) => one) };
      const receipts = await node.takeOut({ dataset, kind: kind ?? usual, ...named });
      // names of persons stay on the screen no longer than they are needed
      if (text.current) text.current.value = "";
      setOutcome({ state: "done", receipts, day });
      done();
    } catch (error) {
      const refused = error instanceof Refused ? error : new Refused("internal");
      setOutcome({ state: "failed", reason: refused.reason, detail: refused.hint.detail });
    }
  };
  return (
    <section class="o-form">
      <h2>{say.form}</h2>
      <form
        onSubmit={ask}
        onInput={() => outcome.state === "asking" && setOutcome({ state: "idle" })}
        autocomplete="off"
      >
        <div class="o-choices">
          <label>
            <span>{say.dataset}</span>
            <select
              class="form-select"
              value={dataset}
              onChange={(event) => setDataset(event.currentTarget.value)}
            >
              {datasets.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.title[language]}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>{say.kind}</span>
            <select
              class="form-select"
              value={kind ?? usual}
              onChange={(event) => setKind(event.currentTarget.value as "withdrawal")}
            >
              {(["withdrawal", "objection", "restriction"] as const).map((one) => (
                <option key={one} value={one}>
                  {say.kinds[one]}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>{say.by}</span>
            <select
              class="form-select"
              value={by}
              onChange={(event) => setBy(event.currentTarget.value as "identifiers")}
            >
              <option value="identifiers">{say.byIdentifier}</option>
              <option value="pseudonyms">{say.byPseudonym}</option>
            </select>
          </label>
        </div>
        <label class="o-people">
          <span>{say.people}</span>
          <textarea
            ref={text}
            rows={5}
            spellcheck={false}
            autocapitalize="off"
            aria-describedby={`${id}h`}
            maxLength={PERSONS_AT_MOST * 60}
          />
        </label>
        <p class="o-second o-small" id={`${id}h`}>
          {say.help}
        </p>
        <button type="submit" class="btn btn-primary" disabled={outcome.state === "working"}>
          {say.submit}
        </button>
      </form>
      <div role="status" class="o-outcome">
        {outcome.state === "asking" && (
          <>
            {say.ask(
              number(personsIn(outcome.people), language),
              personsIn(outcome.people) === 1,
              number(outcome.people.length, language),
              outcome.people.length === 1,
            )}{" "}
            <button
              type="button"
              class="btn btn-primary btn-sm"
              onClick={() => send(outcome.people)}
            >
              {say.yes}
            </button>{" "}
            <button
              type="button"
              class="btn btn-outline-primary btn-sm"
              onClick={() => {
                setOutcome({ state: "idle" });
                text.current?.focus();
              }}
            >
              {say.no}
            </button>
          </>
        )}
        {outcome.state === "working" && say.working}
        {outcome.state === "nobody" && <span class="o-amber">{say.nobodyNamed}</span>}
        {outcome.state === "failed" && (
          <span class="o-amber">
            {all.fault}: {all.reasons[outcome.reason] ?? outcome.reason}
            {outcome.detail && ` (${outcome.detail})`}.
          </span>
        )}
        {outcome.state === "done" &&
          `${say.done(number(outcome.receipts.length, language), outcome.receipts.length === 1)} ${
            outcome.day === null
              ? say.uncounted
              : say.counted(dayOf(outcome.day, language), outcome.receipts.length === 1)
          }`}
      </div>
      {outcome.state === "done" && (
        <Receipts receipts={outcome.receipts} dataset={dataset} language={language} />
      )}
    </section>
  );
}

function Receipts({
  receipts,
  dataset,
  language,
}: {
  readonly receipts: readonly string[];
  readonly dataset: string;
  readonly language: Language;
}) {
  const say = words[language].withdrawals;
  const save = () => {
    const url = URL.createObjectURL(
      new Blob([`${receipts.join("\n")}\n`], { type: "application/jose" }),
    );
    const link = document.createElement("a");
    link.href = url;
    link.download = `${dataset}-receipts.jws`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <p>
      <button type="button" class="btn btn-outline-primary btn-sm" onClick={save}>
        {say.receipts}
      </button>{" "}
      <span class="o-second">{say.receiptsHelp}</span>
    </p>
  );
}
