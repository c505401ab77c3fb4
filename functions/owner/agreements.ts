/**
 * Agreements to which the member is a party, for it to read before it signs. The node looks into the hub's public register, and at
 * what is to be signed itself: whose signatures are on it, and whether the keys that it would pin are its parties' own. It cannot
 * sign: that is done in the browser, with the member's key, and what was signed is handed on from here.
 */

import {
  Agreement,
  AgreementFile,
  AgreementTaken,
  type GeneralJws,
  Register,
  type Registered,
} from "../../schemas/agreement.ts";
import { ifRefused } from "../../schemas/caught.ts";
import { type DirectoryEntry, DirectoryFile } from "../../schemas/member.ts";
import type { OwnAgreed, OwnAgreement, OwnAgreements, OwnSigned } from "../../schemas/owner.ts";
import { byTime } from "../../schemas/period.ts";
import type { MemberLine, Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { SignedManifest } from "../../schemas/release.ts";
import { agreementIn, checkForm } from "../agreements/agreement-events.ts";
import { checkPins } from "../agreements/agreements.ts";
import { refusalOf } from "../edge/fault.ts";
import { readDirectory } from "../members/directory-file.ts";
import { signersOf } from "../signing/jws.ts";
import { holdingsOf } from "./holdings.ts";

export interface AgreementsDeps {
  readonly store: Store;
  /** Where the member's hub answers; absent where the node was not told. */
  readonly hub?: string;
  readonly line: MemberLine;
}

/** Proposals that are fetched whole: nobody has more of them waiting, unless somebody means harm. */
const OPEN_AT_MOST = 40;

/** Throws `Refused`: unreachable, too-slow, answer-invalid. */
export async function agreementsOf(
  { store, hub, line }: AgreementsDeps,
  self: DirectoryEntry,
  now: number,
): Promise<OwnAgreements> {
  const at = hubOf(hub);
  const [register, members, { released }] = await Promise.all([
    registerAt(at, line),
    membersAt(at, line),
    holdingsOf(store),
  ]);
  const own = register.filter(
    ({ consumer, provider }) => consumer === self.id || provider === self.id,
  );
  const open = own
    .filter(({ state, awaits }) => state === "proposed" && awaits.includes(self.id))
    .slice(0, OPEN_AT_MOST);
  const proposals = new Map(
    await Promise.all(open.map(async ({ id }) => [id, await proposalOf(id)] as const)),
  );
  return { v: 1, at: now, agreements: own.map(lineOf) };

  async function proposalOf(id: string): Promise<NonNullable<OwnAgreement["proposal"]>> {
    const { agreement, events } = answerOf(
      AgreementFile,
      await line.get(`${at}/v1/agreements/${id}`),
    );
    const fault = await faultOf(agreement, id, members, self, now);
    const offered = offeredOf(released, agreement, self.id);
    return {
      agreement,
      events: [...events],
      ...(offered ? { offered } : {}),
      ...(fault ? { fault } : {}),
    };
  }
  function lineOf({
    id,
    dataset,
    consumer,
    provider,
    state,
    awaits,
    answers,
    until,
  }: Registered): OwnAgreement {
    const party = (member: string) => ({
      id: member,
      name: members.get(member)?.name ?? { it: member, en: member },
    });
    const proposal = proposals.get(id);
    return {
      ...{
        id,
        dataset,
        state,
        answers,
        until,
        consumer: party(consumer),
        provider: party(provider),
      },
      awaits: state !== "proposed" ? "nobody" : awaits.includes(self.id) ? "us" : "them",
      ...(proposal ? { proposal } : {}),
    };
  }
}

function hubOf(hub: string | undefined): string {
  if (hub === undefined)
    throw new Refused("unreachable", "this node was not told where its hub is");
  return hub.replace(/\/+$/, "");
}

function answerOf<T>(
  schema: { safeParse(value: unknown): { success: boolean; data?: T } },
  value: unknown,
): T {
  const read = schema.safeParse(value);
  if (!read.success) throw new Refused("answer-invalid");
  return read.data as T;
}

const registerAt = async (hub: string, line: MemberLine) =>
  answerOf(Register, await line.get(`${hub}/v1/agreements`)).agreements;

/** Members by their id, each chain of entries followed from its first. */
async function membersAt(
  hub: string,
  line: MemberLine,
): Promise<ReadonlyMap<string, DirectoryEntry>> {
  const entries = await readDirectory(answerOf(DirectoryFile, await line.get(`${hub}/v1/members`)));
  return new Map(entries.map((entry) => [entry.id, entry]));
}

/** Why this should not be signed; undefined where nothing speaks against it. Of ourselves the node's own books count, never the hub's. */
async function faultOf(
  jws: GeneralJws,
  id: string,
  members: ReadonlyMap<string, DirectoryEntry>,
  self: DirectoryEntry,
  now: number,
): Promise<string | undefined> {
  try {
    const agreement = agreementIn(jws);
    if (agreement.id !== id) throw new Refused("body-invalid");
    checkForm(agreement);
    const entryOf = (member: string) => (member === self.id ? self : members.get(member));
    for (const party of [agreement.consumer, agreement.provider]) {
      const entry = entryOf(party.id);
      if (entry === undefined || entry.left !== undefined) throw new Refused("unknown-member");
      checkPins(agreement, entry, now);
    }
    const { signed } = await signersOf(
      jws,
      Agreement,
      (member) => entryOf(member)?.keys ?? [],
      now,
      true,
    );
    if (!signed.includes(agreement.iss)) throw new Refused("signature-invalid");
    return undefined;
  } catch (error) {
    return refusalOf(error).reason;
  }
}

/** Of our own dataset: what its latest release has, so that what is allowed and what is not can be said by name. */
function offeredOf(released: readonly SignedManifest[], jws: GeneralJws, self: string) {
  const { provider, dataset } = agreementIn(jws);
  const manifest =
    provider.id === self
      ? released
          .filter((one) => one.dataset === dataset)
          .sort((a, b) => byTime(b.period, a.period))[0]
      : undefined;
  if (manifest === undefined) return undefined;
  const titled = ({
    id,
    title,
  }: {
    readonly id: string;
    readonly title: SignedManifest["title"];
  }) => ({
    id,
    title,
  });
  return {
    title: manifest.title,
    smallest: manifest.policy.smallest,
    fields: manifest.fields.map(titled),
    axes: manifest.axes.map(titled),
  };
}

/**
 * Hands on what the member signed: to the register, and to the provider's node once both have. The same again changes nothing. Throws
 * `Refused`: body-invalid where the member is no party, and whatever the hub says.
 */
export async function forwardAgreement(
  { hub, line }: AgreementsDeps,
  self: DirectoryEntry,
  { v: _, ...signed }: OwnSigned,
): Promise<OwnAgreed> {
  const at = hubOf(hub);
  const { id, consumer, provider } = agreementIn(signed.agreement);
  if (consumer.id !== self.id && provider.id !== self.id)
    throw new Refused("body-invalid", "this member is no party to it");
  const body = { v: 1, ...signed };
  const { state } = answerOf(AgreementTaken, await line.post(`${at}/v1/agreements`, body));
  // the hub may have a signature that we have not seen
  const whole = answerOf(AgreementFile, await line.get(`${at}/v1/agreements/${id}`));
  if (whole.agreement.signatures.length < 2) return { v: 1, id, state, node: "not-needed" };
  const url =
    provider.id === self.id ? self.url : (await membersAt(at, line)).get(provider.id)?.url;
  const told = { v: 1, agreement: whole.agreement, events: whole.events };
  const node = await (url === undefined
    ? Promise.reject(new Refused("unreachable"))
    : line.post(`${url.replace(/\/+$/, "")}/v1/agreements`, told)
  )
    .then(() => "told" as const)
    // it can be told again: nothing is in force there until it was
    .catch(ifRefused("not-told" as const));
  return { v: 1, id, state, node };
}
