/** The hub's edge for agreements. What is sent proves itself by its signatures, and all of it is public: no token is asked for. Wiring only. */
import type { AgreementFile, Registered } from "../../schemas/agreement.ts";
import { Refused } from "../../schemas/refusal.ts";
import { type Edge, json } from "../edge/http.ts";
import { serving } from "../edge/serving.ts";
import { agreementIn } from "./agreement-events.ts";
import { hubAgreements, type Standing, standingOf } from "./hub-agreements.ts";
import { type AgreementsDeps, receive } from "./receive.ts";

export function edge(deps: AgreementsDeps): Edge {
  const agreements = hubAgreements(deps.store);
  return serving("agreements", {
    agreements: async () => {
      const standing = await agreements.all(deps.clock());
      const ids = [
        ...new Set(
          standing.flatMap(({ agreement: { consumer, provider } }) => [consumer.id, provider.id]),
        ),
      ];
      const members = await deps.directory.some(ids);
      return json({
        v: 1,
        agreements: standing.map((one) => registered(one, (id) => members.has(id))),
      });
    },
    agreement: async ({ pathParameters }) => {
      const { consumer = "", provider = "", dataset = "", number = "" } = pathParameters ?? {};
      const held = await agreements.get(`${consumer}/${provider}/${dataset}/${number}`);
      if (held === undefined) throw new Refused("not-found");
      const { jws: agreement, events } = held;
      const { state } = standingOf(held, agreementIn(agreement), deps.clock());
      return json({ v: 1, agreement, events: [...events], state } satisfies AgreementFile);
    },
    sendAgreement: async (_, body) => {
      const { id, state } = await receive(deps, body());
      return json({ v: 1, id, state });
    },
  });
}

/** One line of the register. Keys are not in it. */
function registered(
  { agreement, state, awaits, used }: Standing,
  isMember: (id: string) => boolean,
): Registered {
  const { id, dataset, consumer, provider, purpose, legalBasis, from, until, callsADay } =
    agreement;
  return {
    ...{
      id,
      dataset,
      consumer: consumer.id,
      provider: provider.id,
      purpose,
      legalBasis,
      from,
      until,
      state,
    },
    inForce: state === "in-force" && isMember(consumer.id) && isMember(provider.id),
    awaits: [...awaits],
    answers: { ...used, aDay: callsADay },
  };
}
