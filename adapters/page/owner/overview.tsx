/** The owner's first view: what is spent, what comes next, what awaits a decision; then everything else, in that order. */

import type { OwnAccount, OwnOverview, OwnWithdrawals } from "../../../schemas/owner.ts";
import { spokenPeriod } from "../../../schemas/period.ts";
import type { Language } from "../../../schemas/words.ts";
import { AccountCard, SmallAccounts } from "./account.tsx";
import { AgreementsToSign, toSign } from "./agreements.tsx";
import { Calendar } from "./calendar.tsx";
import { Datasets } from "./datasets.tsx";
import type { Node } from "./load.ts";
import { words } from "./messages.ts";
import { NodeDay } from "./node-day.tsx";
import { dayOf, type Loaded, Made, Shown, useLoad, type ViewProps } from "./parts.tsx";
import { Policies } from "./policies.tsx";

/** The latest year of which something is out; else the latest with anything at all. Pure. */
const mainAccount = (accounts: readonly OwnAccount[]): OwnAccount | undefined =>
  accounts.findLast(({ spent }) => spent > 0) ??
  accounts.findLast(({ charges }) => charges.length > 0) ??
  accounts.at(-1);

export function Overview(props: ViewProps) {
  const { node, overview, choice } = props;
  const { language } = choice;
  const say = words[language];
  const [left, leftAgain] = useLoad(() => node.withdrawals(), [node]);
  const [health, healthAgain] = useLoad(() => node.health(), [node]);
  const [agreements, agreementsAgain] = useLoad(() => node.agreements(), [node]);
  const waiting =
    left.state === "ready" ? left.value.datasets.reduce((sum, { persons }) => sum + persons, 0) : 0;
  const main = mainAccount(overview.accounts);
  const others = overview.accounts.filter((one) => one !== main && one.charges.length > 0);
  return (
    <>
      <div class="o-cards">
        <section class="o-card">
          {main ? (
            <AccountCard account={main} datasets={overview.datasets} language={language} />
          ) : (
            <>
              <h2 class="o-label">{say.account.empty}</h2>
              <p class="o-big">{say.account.nothing}</p>
              <p class="o-second">{say.account.note}</p>
            </>
          )}
          {others.length > 0 && <SmallAccounts accounts={others} language={language} />}
        </section>
        <div class="o-card">
          <Next overview={overview} language={language} />
          <hr />
          <section>
            <h2 class="o-label">{say.left.title}</h2>
            <Shown of={left} again={leftAgain} language={language}>
              {(value) => <Left left={value} language={language} overview={overview} />}
            </Shown>
          </section>
        </div>
        <div class="o-card">
          <Decide {...props} agreements={agreements} />
          <hr />
          <section>
            <h2 class="o-label">{say.node.short}</h2>
            <Shown of={health} again={healthAgain} language={language}>
              {(value) => <NodeDay.Short health={value} language={language} />}
            </Shown>
          </section>
        </div>
      </div>
      <Datasets {...props} />
      <Policies {...props} />
      <section>
        <h2>{say.agreements.toSign}</h2>
        <Shown of={agreements} again={agreementsAgain} language={language}>
          {(value) => <AgreementsToSign {...props} agreements={value} again={agreementsAgain} />}
        </Shown>
      </section>
      <div class="o-two">
        <section>
          <h2>{say.node.title}</h2>
          <Shown of={health} again={healthAgain} language={language}>
            {(value) => <NodeDay {...props} health={value} />}
          </Shown>
        </section>
        <section>
          <h2>{say.calendar.title}</h2>
          <Calendar overview={overview} language={language} waiting={waiting} />
        </section>
      </div>
    </>
  );
}

interface Part {
  readonly overview: OwnOverview;
  readonly language: Language;
}

/** The date of the calendar that comes next, or one that has passed without its release. */
function Next({ overview: { datasets }, language }: Part) {
  const say = words[language].next;
  const due = datasets
    .filter((one) => one.next !== undefined && one.state !== "empty")
    .sort((a, b) => ((a.next?.day ?? "") < (b.next?.day ?? "") ? -1 : 1));
  // what waits for the owner is said beside: here what comes by itself
  const first = due.find(({ state }) => state !== "first") ?? due[0];
  return (
    <section>
      <h2 class="o-label">{say.title}</h2>
      {first?.next === undefined ? (
        <p class="o-big">{say.none}</p>
      ) : (
        <>
          <p class="o-big">{dayOf(first.next.day, language)}</p>
          <p class="o-second mb-0">
            {(first.state === "first" ? say.first : say.what)(
              first.title[language],
              spokenPeriod(first.next.period)[language],
            )}
            {first.state === "overdue" && <strong class="o-amber"> {say.late}</strong>}
          </p>
        </>
      )}
    </section>
  );
}

function Left({ left, language, overview }: Part & { readonly left: OwnWithdrawals }) {
  const say = words[language].left;
  const waiting = left.datasets.filter(({ persons }) => persons > 0);
  const total = waiting.reduce((sum, { persons }) => sum + persons, 0);
  const made = waiting.some(
    ({ dataset }) => overview.datasets.find(({ id }) => id === dataset)?.origin === "made",
  );
  const day = waiting
    .map(({ countedNoLongerFrom }) => countedNoLongerFrom ?? "")
    .sort()
    .at(-1);
  return (
    <>
      <p class="o-big o-num">
        {total} {made && <Made origin="made" language={language} />}
      </p>
      <p class="o-second mb-0">
        {total === 0 ? say.none : day ? say.some(dayOf(day, language)) : say.open}
      </p>
    </>
  );
}

function Decide(
  props: ViewProps & { readonly agreements: Loaded<Awaited<ReturnType<Node["agreements"]>>> },
) {
  const { overview, agreements, choose, choice } = props;
  const say = words[choice.language].decide;
  const count = (state: string) => overview.datasets.filter((one) => one.state === state).length;
  const [first, overdue] = [count("first"), count("overdue")];
  const open = agreements.state === "ready" ? toSign(agreements.value).length : 0;
  return (
    <section>
      <h2 class="o-label">{say.title}</h2>
      {open + first + overdue === 0 && (
        <>
          <p class="o-big">{say.none}</p>
          <p class="o-second mb-0">{say.noneText}</p>
        </>
      )}
      {open > 0 && (
        <>
          <p class="o-big o-num">{say.agreements(String(open), open === 1)}</p>
          <p class="mb-2">
            <button type="button" class="o-link" onClick={() => choose({ view: "agreements" })}>
              {say.to}
            </button>
          </p>
        </>
      )}
      {overdue > 0 && <p class="o-amber o-mid">{say.overdue(String(overdue), overdue === 1)}</p>}
      {first > 0 && (
        <>
          <p class="o-mid mb-0">{say.first(String(first), first === 1)}</p>
          <p class="o-second mb-0">{say.firstHow}</p>
        </>
      )}
    </section>
  );
}
