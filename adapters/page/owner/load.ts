/** What the owner's page asks of its own node, and nobody else. */

import { signAgreement, signEvent } from "../../../functions/agreements/agreements.ts";
import type { AgreementEvent } from "../../../schemas/agreement.ts";
import {
  OwnAgreed,
  type OwnAgreement,
  OwnAgreements,
  OwnHealth,
  OwnLog,
  OwnOverview,
  OwnPreview,
  OwnReceipts,
  type OwnWithdrawal,
  OwnWithdrawals,
} from "../../../schemas/owner.ts";
import { type OwnNode, ownNode } from "../../client/own.ts";
import { signerOf } from "../../client/signer.ts";
import type { Session } from "../parts/session.ts";

export type Proposal = NonNullable<OwnAgreement["proposal"]>;

export interface Node {
  /** Seconds since 1970, by the federation's clock. */
  readonly clock: () => number;
  /** Whether it is the member's own key that signs here: an agreement holds by no other. */
  readonly canSign: boolean;
  overview(): Promise<OwnOverview>;
  withdrawals(): Promise<OwnWithdrawals>;
  policies(dataset: string, period: string | undefined): Promise<OwnPreview>;
  log(): Promise<OwnLog>;
  health(): Promise<OwnHealth>;
  agreements(): Promise<OwnAgreements>;
  /** Signs in this browser, and hands on what was signed. */
  sign(proposal: Proposal): Promise<OwnAgreed>;
  /** The same with a word on it; a proposal is refused by revoking it. */
  say(
    proposal: Proposal,
    what: AgreementEvent["what"],
    reason: string | undefined,
  ): Promise<OwnAgreed>;
  takeOut(wanted: Omit<OwnWithdrawal, "v">): Promise<readonly string[]>;
}

export async function openNode({ member, key, under, ahead }: Session): Promise<Node> {
  const clock = () => Math.floor(Date.now() / 1000) + ahead;
  const signer = await signerOf(key);
  const session = under === undefined ? {} : { session: under.session };
  const own: OwnNode = ownNode({ member, signer, ...session, node: location.origin, clock });
  const handOn = (body: object) => own.post("/v1/own/agreements", { v: 1, ...body }, OwnAgreed);
  return {
    clock,
    canSign: under === undefined,
    overview: () => own.get("/v1/own/overview", OwnOverview),
    withdrawals: () => own.get("/v1/own/withdrawals", OwnWithdrawals),
    policies: (dataset, period) =>
      own.get(
        `/v1/own/policies/${dataset}${period === undefined ? "" : `?period=${period}`}`,
        OwnPreview,
      ),
    log: () => own.get("/v1/own/log", OwnLog),
    health: () => own.get("/v1/own/health", OwnHealth),
    agreements: () => own.get("/v1/own/agreements", OwnAgreements),
    sign: async ({ agreement, events }) =>
      handOn({ agreement: await signAgreement(signer, agreement), events }),
    say: async ({ agreement, events }, what, reason) =>
      handOn({
        agreement,
        events: [
          ...events,
          await signEvent(signer, { agreement, events }, { by: member, what, reason }, clock()),
        ],
      }),
    takeOut: async (wanted) =>
      (await own.post("/v1/own/withdrawals", { v: 1, ...wanted }, OwnReceipts)).receipts,
  };
}
