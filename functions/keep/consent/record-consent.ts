/**
 * What persons say about their consent, taken down in the register of a dataset that rests on it. Top to bottom: finishRotation →
 * versionInForce → consentOf → timeOf → namesOf → knownOf → stateOf → eventItem → isFound → endLeaves → takeOut → log → receiptsOf.
 */
import type { ConsentEvent, ConsentState } from "../../../schemas/consent.ts";
import type { Descriptor } from "../../../schemas/descriptor.ts";
import { found } from "../../../schemas/found.ts";
import { consentEvent } from "../../../schemas/items/keep.ts";
import { Refused } from "../../../schemas/refusal.ts";
import type { ConsentSource } from "../../../schemas/subject.ts";
import type { Bilingual } from "../../../schemas/words.ts";
import { dayOf, nextDate } from "../../disclosure/calendar.ts";
import { accept } from "../../disclosure/descriptor-rules.ts";
import { daysOf } from "../../disclosure/duration.ts";
import { consentOf } from "../../disclosure/persons.ts";
import { putNew, queryItems } from "../../store/stored.ts";
import { consentEventsOf, consentInForce, eventItem } from "../consent-register.ts";
import { inParallel } from "../in-parallel.ts";
import { isFound, keysIfThere, namedInVain, type Pseudonyms } from "../pseudonymise.ts";
import { finishRotation } from "../rekey.ts";
import { versionInForce } from "../version-store.ts";
import { issue, namesOf, type People, type Signed } from "./receipts.ts";
import { endLeaves, takeOut, type WithdrawDeps } from "./withdraw.ts";

interface Said extends People {
  readonly dataset: string;
  /** `given` unless said; one who gives it while it stands renews it. Withdrawing is `withdraw`, and running out is left to time. */
  readonly state?: Exclude<ConsentState, "withdrawn" | "expired">;
  /** The day on which it was said; today unless said. */
  readonly on?: string;
  /** The first day on which it stands no more, where that was agreed on. */
  readonly until?: string;
  /** Needed before anything of the dataset was ingested: how persons are named stands there. */
  readonly descriptor?: unknown;
}

const NOTES: Readonly<Record<"in" | "out" | "asked", Bilingual>> = {
  in: {
    it: "Il consenso è registrato. La persona è contata nelle statistiche fatte dopo il prossimo caricamento dei dati. Può revocarlo in ogni momento: le righe vanno via subito, le statistiche già pubblicate restano.",
    en: "Consent is taken down. The person is counted in figures that are made after the data are next taken in. It can be withdrawn at any time: the rows go at once, figures already released stay.",
  },
  out: {
    it: "Il consenso non c'è. La persona non è contata in nessuna statistica fatta da ora in poi.",
    en: "There is no consent. The person is counted in no figure that is made from now on.",
  },
  asked: {
    it: "Il consenso è stato chiesto. Finché non è dato la persona non è contata.",
    en: "Consent was asked for. Until it is given the person is not counted.",
  },
};

/** Takes down what persons said, and gives each a receipt. Throws `Refused` body-invalid, no-version, key-destroyed, descriptor-invalid. */
export async function recordConsent(
  deps: WithdrawDeps,
  { dataset, state = "given", on, until, descriptor: json, ...people }: Said,
): Promise<Signed[]> {
  const now = deps.clock();
  await finishRotation(deps, dataset, now);
  const held = await versionInForce(deps.store, dataset);
  const descriptor = held?.pointer.descriptor ?? (json === undefined ? undefined : accept(json));
  if (descriptor === undefined)
    throw new Refused(
      "no-version",
      "nothing of this dataset is stored yet: name its descriptor, which says how persons are named",
    );
  const source = consentOf(descriptor);
  if (source === undefined || descriptor.id !== dataset)
    throw new Refused("body-invalid", "this dataset does not rest on consent");
  const at = timeOf(on, until, now);
  const who = await namesOf(deps, dataset, people, {
    descriptor,
    epoch: held?.pointer.epoch ?? 0,
  });
  const known = await knownOf(deps, dataset, who);
  const event = {
    at,
    noted: now,
    epoch: who.epoch,
    by: "register" as const,
    ...(until === undefined ? {} : { until }),
  };
  const events = who.names.map((name) => {
    const noted = stateOf(state, known.get(name), source, now);
    return eventItem(dataset, name, { ...event, state: noted });
  });
  await inParallel(events, (item) => putNew(deps.store, item));
  if (!(await isFound(deps.store, dataset, who.epoch))) {
    await inParallel(events, ({ pk, sk }) => deps.store.delete(pk, sk));
    throw namedInVain();
  }
  if (state === "given" || state === "renewed")
    await endLeaves(deps.store, dataset, who.names, ["withdrawal", "erasure"], now);
  if (state === "refused" || state === "invalidated")
    await takeOut(deps, dataset, who, "withdrawal", now);
  await deps.log("consent", { dataset, persons: who.names.length, state });
  return receiptsOf(deps, descriptor, who, state, at, now);
}

/** Of a day that has passed its first second, so that what was said on the same day later counts later; of today this very moment. */
function timeOf(on: string | undefined, until: string | undefined, now: number): number {
  const today = dayOf(now);
  if (on !== undefined && on > today) throw new Refused("body-invalid", `${on} is still to come`);
  if (until !== undefined && until <= today)
    throw new Refused("body-invalid", `a consent until ${until} would stand no more`);
  return on === undefined || on === today ? now : daysOf(on) * 86_400;
}

async function knownOf(
  deps: WithdrawDeps,
  dataset: string,
  { names }: Pseudonyms,
): Promise<ReadonlyMap<string, readonly ConsentEvent[]>> {
  // the whole register costs one read a thousand persons; a few are looked up one by one
  if (names.length > 50)
    return consentEventsOf(deps.store, dataset, await keysIfThere(deps, dataset));
  const known = new Map<string, ConsentEvent[]>();
  for (const name of names)
    for await (const { body } of queryItems(
      deps.store,
      consentEvent,
      { dataset },
      { prefix: `${name}#` },
    ))
      known.set(name, [...(known.get(name) ?? []), body]);
  return known;
}

function stateOf(
  state: ConsentState,
  known: readonly ConsentEvent[] | undefined,
  source: ConsentSource,
  now: number,
): ConsentState {
  return state === "given" && consentInForce(known, source, dayOf(now)) !== undefined
    ? "renewed"
    : state;
}

/** A receipt says what was said: that it renews a consent would tell who was in. */
async function receiptsOf(
  deps: WithdrawDeps,
  { id: dataset, policy }: Descriptor,
  { names, epoch }: Pseudonyms,
  state: ConsentState,
  at: number,
  now: number,
): Promise<Signed[]> {
  const out = state === "refused" || state === "invalidated";
  const note = NOTES[out ? "out" : state === "requested" ? "asked" : "in"];
  const ends = out ? { countedNoLongerFrom: nextDate(policy.calendar, now) ?? null } : {};
  const about = { dataset, kind: "consent", state, at, ...ends, note } as const;
  const given = new Map<string, Signed>();
  await inParallel(names, async (pseudonym) => {
    given.set(pseudonym, await issue(deps, { ...about, subject: { pseudonym, epoch } }, now));
  });
  return names.map((name) => found(given.get(name)));
}
