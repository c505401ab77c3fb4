/** The owner's edge of a node: private, under the member's own key alone. The hub does not know that it is there. */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type * as z from "zod";
import { type OwnReceipts, OwnSigned, OwnWithdrawal } from "../../schemas/owner.ts";
import type { Clock } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { Period, Slug } from "../../schemas/words.ts";
import { addressOf, type Edge, http, json, jsonBodyOf, routed } from "../edge/http.ts";
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

type Own = (event: APIGatewayProxyEventV2, now: number) => Promise<object>;

export function edge(deps: OwnerDeps): Edge {
  const { store, clock, origin } = deps;
  /** Nothing is read before it is certain who asks. */
  const own =
    (answer: Own): Edge =>
    async (event) => {
      const now = clock();
      const { authorization, dpop } = event.headers;
      await demandOwner(
        deps,
        {
          method: event.requestContext.http.method,
          url: addressOf(event, origin),
          authorization,
          dpop,
        },
        now,
      );
      return json(await answer(event, now));
    };
  return http(
    routed({
      "GET /v1/own/overview": own(async (_, now) => overview(store, await selfNow(deps), now)),
      "GET /v1/own/policies/{dataset}": own((event) => {
        const dataset = named(Slug, event.pathParameters?.dataset);
        return policiesOf(
          store,
          dataset,
          named(Period.optional(), event.queryStringParameters?.period),
        );
      }),
      "GET /v1/own/withdrawals": own((_, now) => waiting(store, now)),
      "POST /v1/own/withdrawals": own(async (event) => {
        const receipts = await leave(store, deps.takeOut, jsonBodyOf(event, OwnWithdrawal));
        return { v: 1, receipts } satisfies OwnReceipts;
      }),
      "GET /v1/own/agreements": own(async (_, now) => agreementsOf(deps, await selfNow(deps), now)),
      "POST /v1/own/agreements": own(async (event) =>
        forwardAgreement(deps, await selfNow(deps), jsonBodyOf(event, OwnSigned)),
      ),
      "GET /v1/own/log": own((_, now) => logOf(store, now)),
      "GET /v1/own/health": own(async (_, now) => healthOf(store, await selfNow(deps), now)),
    }),
  );
}

function named<T>(schema: z.ZodType<T>, value: string | undefined): T {
  const read = schema.safeParse(value);
  if (!read.success) throw new Refused("not-found");
  return read.data;
}
