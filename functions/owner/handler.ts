/** The owner's edge of a node: private, under the member's own key alone. The hub does not know that it is there. */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type * as z from "zod";
import type { OwnReceipts } from "../../schemas/owner.ts";
import type { Clock } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { Period, Slug } from "../../schemas/words.ts";
import { addressOf, type Edge, json } from "../edge/http.ts";
import { serving } from "../edge/serving.ts";
import { type AccessDeps, demandOwner, selfNow } from "./access.ts";
import { type AgreementsDeps, agreementsOf, forwardAgreement } from "./agreements.ts";
import { healthOf, logOf } from "./log-view.ts";
import { overview } from "./overview.ts";
import { policiesOf } from "./preview.ts";
import { leave, type TakeOut, waiting } from "./withdrawals.ts";

export interface OwnerDeps extends AccessDeps, AgreementsDeps {
  readonly takeOut: TakeOut;
  readonly clock: Clock;
  /** Where it answers, as others call it; see `originOf`. */
  readonly origin: string | undefined;
}

export function edge(deps: OwnerDeps): Edge {
  const { store, clock, origin } = deps;
  const demand = async (event: APIGatewayProxyEventV2) => {
    const { authorization, dpop } = event.headers;
    const { method } = event.requestContext.http;
    const call = { method, url: addressOf(event, origin), authorization, dpop };
    await demandOwner(deps, call, clock());
  };
  return serving(
    "owner",
    {
      ownOverview: async () => json(await overview(store, await selfNow(deps), clock())),
      ownPolicies: async ({ pathParameters, queryStringParameters }) => {
        const dataset = named(Slug, pathParameters?.dataset);
        const period = named(Period.optional(), queryStringParameters?.period);
        return json(await policiesOf(store, dataset, period));
      },
      ownWithdrawals: async () => json(await waiting(store, clock())),
      takeOut: async (_, body) => {
        const receipts = await leave(store, deps.takeOut, body());
        return json({ v: 1, receipts } satisfies OwnReceipts);
      },
      ownAgreements: async () => json(await agreementsOf(deps, await selfNow(deps), clock())),
      handOnAgreement: async (_, body) =>
        json(await forwardAgreement(deps, await selfNow(deps), body())),
      ownLog: async () => json(await logOf(store, clock())),
      ownHealth: async () => json(await healthOf(store, await selfNow(deps), clock())),
    },
    { demandOwner: demand },
  );
}

function named<T>(schema: z.ZodType<T>, value: string | undefined): T {
  const read = schema.safeParse(value);
  if (!read.success) throw new Refused("not-found");
  return read.data;
}
