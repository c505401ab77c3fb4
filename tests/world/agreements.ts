/** Two members with an agreement, for tests. */

import {
  type Draft,
  draftAgreement,
  signAgreement,
  signEvent,
} from "../../functions/agreements/agreements.ts";
import { COMPARISON } from "../../functions/agreements/terms.ts";
import type { Agreement } from "../../schemas/agreement.ts";
import { type Member, makeMember, NOW, PURPOSE } from "./federation.ts";

export async function makePair() {
  const [consumer, provider] = [await makeMember("IT-028060"), await makeMember("IT-034027")];
  const members = [consumer.entry, provider.entry];
  const of = (id: string): Member => (id === consumer.entry.id ? consumer : provider);
  const draft = (change: Partial<Draft> = {}, by = consumer): Agreement =>
    draftAgreement(
      {
        ...{
          consumer: consumer.entry,
          provider: provider.entry,
          dataset: "prestazioni",
          number: 1,
          purpose: { ...COMPARISON, id: PURPOSE },
        },
        ...{ from: NOW, until: NOW + 100 },
        ...change,
      },
      by.entry.id,
      NOW,
    );
  return {
    consumer,
    provider,
    members,
    draft,
    keysOf: (id: string) => members.find((entry) => entry.id === id)?.keys ?? [],
    signedBy: async (
      agreement: Agreement,
      first = consumer.keys.member,
      second = provider.keys.member,
    ) => signAgreement(second, await signAgreement(first, agreement)),
    say: (
      by: string,
      what: "suspend" | "resume" | "revoke",
      to: Parameters<typeof signEvent>[1],
      signer = of(by).keys.member,
    ) => signEvent(signer, to, { by, what }, NOW),
  };
}
export type Pair = Awaited<ReturnType<typeof makePair>>;
