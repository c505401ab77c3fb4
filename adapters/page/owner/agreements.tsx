/** What others ask to read, before anybody signs: who, which data, for what, what they will see and what they will not. */
import { useId, useState } from "preact/hooks";
import { agreementIn } from "../../../functions/agreements/agreements.ts";
import { describeAgreement } from "../../../functions/agreements/describe.ts";
import type { OwnAgreement, OwnAgreements } from "../../../schemas/owner.ts";
import { Refused } from "../../../schemas/refusal.ts";
import type { Bilingual, Language } from "../../../schemas/words.ts";
import { number } from "../parts/numbers.ts";
import type { Node, Proposal } from "./load.ts";
import { words } from "./messages.ts";
import { dayAt, Shown, useLoad, type ViewProps } from "./parts.tsx";

type Open = OwnAgreement & { readonly proposal: Proposal };
export const toSign = ({ agreements }: OwnAgreements): Open[] =>
  agreements.filter((one): one is Open => one.awaits === "us" && one.proposal !== undefined);

export function Agreements(props: ViewProps) {
  const { node, choice, overview } = props;
  const { language } = choice;
  const say = words[language].agreements;
  const [agreements, again] = useLoad(() => node.agreements(), [node]);
  return (
    <>
      <section>
        <h2>{say.toSign}</h2>
        <Shown of={agreements} again={again} language={language}>
          {(value) => <AgreementsToSign {...props} agreements={value} again={again} />}
        </Shown>
      </section>
      {agreements.state === "ready" &&
        agreements.value.agreements.some(({ awaits }) => awaits !== "us") && (
          <Others agreements={agreements.value} language={language} own={overview.member} />
        )}
    </>
  );
}

export function AgreementsToSign(
  props: ViewProps & { readonly agreements: OwnAgreements; readonly again: () => void },
) {
  const { agreements, choice, node, overview, again } = props;
  const open = toSign(agreements);
  // what was done is said beside the proposal that is gone by then
  const [said, setSaid] = useState("");
  const done = (what: string) => {
    setSaid(what);
    again();
  };
  return (
    <>
      <p role="status" class={said === "" ? "visually-hidden" : "o-notice"}>
        {said}
      </p>
      {open.length === 0 ? (
        <p>{words[choice.language].agreements.none}</p>
      ) : (
        <ul class="o-agreements">
          {open.map((one) => (
            <li key={one.id} class="o-card">
              <ToSign
                agreement={one}
                language={choice.language}
                node={node}
                own={overview.member}
                done={done}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface ToSignProps {
  readonly agreement: Open;
  readonly language: Language;
  readonly node: Node;
  readonly own: string;
  readonly done: (what: string) => void;
}
type Panel = "sign" | "change" | "refuse";

function ToSign(props: ToSignProps) {
  const { agreement, language, own } = props;
  const say = words[language].agreements;
  const id = useId();
  const [panel, setPanel] = useState<Panel>();
  const terms = agreementIn(agreement.proposal.agreement);
  const { offered, fault } = agreement.proposal;
  const asks = agreement.provider.id === own;
  const other = (asks ? agreement.consumer : agreement.provider).name[language];
  const open = (one: Panel) => () => setPanel(panel === one ? undefined : one);
  return (
    <>
      <div class="o-between">
        <h3 id={id}>{(asks ? say.asks : say.proposes)(other)}</h3>
        <span class="o-second o-small">{say.arrived(dayAt(terms.iat, language))}</span>
      </div>
      {fault !== undefined && (
        <p class="o-amber-box" role="alert">
          {say.faulty} ({words[language].reasons[fault] ?? fault})
        </p>
      )}
      <dl class="o-terms">
        <Term name={say.rows.data}>{offered?.title[language] ?? terms.dataset}</Term>
        <Term name={say.rows.purpose}>{terms.purpose.name[language]}</Term>
        <Term name={say.rows.sees}>{seesOf(terms, offered, language)}</Term>
        <Term name={say.rows.not}>{notOf(terms, offered, language)}</Term>
        <Term name={say.rows.limit}>
          {say.limit(number(terms.callsADay, language), dayAt(terms.until, language))}
        </Term>
      </dl>
      <div class="o-buttons">
        <button
          type="button"
          class="btn btn-primary btn-sm"
          aria-expanded={panel === "sign"}
          onClick={open("sign")}
        >
          {say.sign}
        </button>
        <button
          type="button"
          class="btn btn-outline-primary btn-sm"
          aria-expanded={panel === "change"}
          onClick={open("change")}
        >
          {say.change}
        </button>
        <button
          type="button"
          class="btn btn-outline-primary btn-sm"
          aria-expanded={panel === "refuse"}
          onClick={open("refuse")}
        >
          {say.refuse}
        </button>
      </div>
      {panel === "sign" && <Sign {...props} other={other} />}
      {(panel === "change" || panel === "refuse") && <Word key={panel} {...props} panel={panel} />}
    </>
  );
}

const Term = ({
  name,
  children,
}: {
  readonly name: string;
  readonly children: preact.ComponentChildren;
}) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

type Terms = ReturnType<typeof agreementIn>;
type Offered = Proposal["offered"];
const titled = (
  ids: readonly string[],
  among: readonly { readonly id: string; readonly title: Bilingual }[] | undefined,
  language: Language,
) => ids.map((id) => among?.find((one) => one.id === id)?.title[language] ?? id).join(", ");

function seesOf({ measures, dimensions }: Terms, offered: Offered, language: Language): string {
  const say = words[language].agreements;
  const figures = measures === "all" ? say.all : titled(measures, offered?.fields, language);
  const ways =
    dimensions === "all"
      ? say.byAll
      : dimensions.length === 0
        ? say.byNone
        : say.by(titled(dimensions, offered?.axes, language));
  return `${figures}, ${ways}`;
}

function notOf({ measures, dimensions }: Terms, offered: Offered, language: Language): string {
  const kept = (
    allowed: "all" | readonly string[],
    among: readonly { readonly id: string; readonly title: Bilingual }[] = [],
  ) =>
    allowed === "all"
      ? []
      : among.filter(({ id }) => !allowed.includes(id)).map(({ title }) => title[language]);
  return [
    words[language].agreements.never,
    ...kept(measures, offered?.fields),
    ...kept(dimensions, offered?.axes),
  ].join(", ");
}

/** The whole agreement, read from the very bytes that the signature will be over. */
function Sign({
  agreement,
  language,
  node,
  done,
  other,
  own,
}: ToSignProps & { readonly other: string }) {
  const all = words[language];
  const say = all.agreements;
  const { proposal, consumer, provider } = agreement;
  const terms = agreementIn(proposal.agreement);
  const names = new Map([consumer, provider].map(({ id, name }) => [id, name]));
  const { parts } = describeAgreement(terms, language, {
    names,
    ...(proposal.offered ? { offered: proposal.offered } : {}),
  });
  const theirs = terms.provider.id === own ? terms.consumer : terms.provider;
  const [state, setState] = useState<string>();
  const sign = async () => {
    setState(say.working);
    try {
      const { state: stands, node: told } = await node.sign(proposal);
      done(
        stands === "proposed"
          ? say.signedOnly
          : told === "not-told"
            ? say.signedNotTold
            : say.signed,
      );
    } catch (error) {
      setState(
        `${all.fault}: ${error instanceof Refused ? (all.reasons[error.reason] ?? error.reason) : all.reasons.internal}.`,
      );
    }
  };
  return (
    <div class="o-panel">
      {parts.map(({ heading, lines }) => (
        <section key={heading}>
          <h4>{heading}</h4>
          <ul>
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
      ))}
      <div class="o-panel-end">
        <p class="o-break">
          {say.keyOf(other)}{" "}
          {theirs.keys.map(({ kid }) => (
            <code key={kid}>{kid} </code>
          ))}
        </p>
        <p class="o-second">{say.signHow}</p>
        <button
          type="button"
          class="btn btn-primary"
          onClick={sign}
          disabled={proposal.fault !== undefined || !node.canSign || state === say.working}
        >
          {say.signNow}
        </button>
        <p role="status" class="o-amber mb-0">
          {node.canSign ? (state ?? "") : say.needsKey}
        </p>
      </div>
    </div>
  );
}

/** As much as a reason may have, with what goes before it. */
const REASON_AT_MOST = 170;

function Word({
  agreement,
  language,
  node,
  done,
  panel,
}: ToSignProps & { readonly panel: "change" | "refuse" }) {
  const all = words[language];
  const say = all.agreements;
  const id = useId();
  const [text, setText] = useState("");
  const [state, setState] = useState<string>();
  const send = async (event: Event) => {
    event.preventDefault();
    setState(say.working);
    try {
      const reason = text.trim();
      await node.say(
        agreement.proposal,
        "revoke",
        panel === "change" ? say.changeReason(reason) : reason === "" ? undefined : reason,
      );
      done(say.refused);
    } catch (error) {
      setState(
        `${all.fault}: ${error instanceof Refused ? (all.reasons[error.reason] ?? error.reason) : all.reasons.internal}.`,
      );
    }
  };
  return (
    <form class="o-panel" onSubmit={send}>
      <p class="o-second" id={`${id}h`}>
        {panel === "change" ? say.changeHow : say.refuseHow}
      </p>
      <label class="o-people">
        <span>{say.reason}</span>
        <input
          class="o-input"
          type="text"
          value={text}
          maxLength={REASON_AT_MOST}
          required={panel === "change"}
          aria-describedby={`${id}h`}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button
        type="submit"
        class="btn btn-primary btn-sm mt-3"
        disabled={!node.canSign || state === say.working}
      >
        {panel === "change" ? say.changeNow : say.refuseNow}
      </button>
      <p role="status" class="o-amber mb-0">
        {node.canSign ? (state ?? "") : say.needsKey}
      </p>
    </form>
  );
}

function Others({
  agreements: { agreements },
  language,
  own,
}: {
  readonly agreements: OwnAgreements;
  readonly language: Language;
  readonly own: string;
}) {
  const say = words[language].agreements;
  const { columns } = say;
  return (
    <section>
      <h2>{say.others}</h2>
      <p class="o-second o-read">{say.how}</p>
      <ul class="o-waiting o-num">
        {agreements
          .filter(({ awaits }) => awaits !== "us")
          .map(({ id, consumer, provider, dataset, state, awaits, answers, until }) => (
            <li key={id}>
              <span>
                <strong>
                  {provider.id === own
                    ? say.reads(consumer.name[language])
                    : say.weRead(provider.name[language])}
                </strong>
                <span class="o-second o-under">
                  {columns.data}: {dataset}
                </span>
              </span>
              <span class={state === "in-force" ? "" : "o-amber"}>
                {awaits === "them" ? say.awaitsThem : say.states[state]}
              </span>
              <span class="o-second">
                {columns.used}:{" "}
                {say.used(number(answers.total, language), number(answers.today, language))}
                <span class="o-under">
                  {columns.until} {dayAt(until, language)}
                </span>
              </span>
            </li>
          ))}
      </ul>
    </section>
  );
}
