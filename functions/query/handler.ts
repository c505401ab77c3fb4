/** The hub's public edge for questions. Wiring only. */

import { formatNames } from "../../schemas/formats.ts";
import { addressOf, type Edge } from "../edge/http.ts";
import { type Meter, metered } from "../edge/quota.ts";
import { serving } from "../edge/serving.ts";
import { linkQuestion } from "../formats/link.ts";
import { formatFor } from "../formats/negotiate.ts";
import { statementReply } from "../formats/reply.ts";
import { ask } from "./ask.ts";
import { linkTo } from "./link.ts";
import { askOpen, type OpenDeps } from "./open.ts";

/** All who follow a link to an open table share one quota: nothing about them is known, and nothing is kept. */
const ANYBODY = "_open";

export interface QueryEdgeDeps extends OpenDeps {
  /** Where the hub answers, as its clients call it; undefined behind API Gateway alone. */
  readonly origin: string | undefined;
  /** Calls are not counted where there is none. */
  readonly meter?: Meter;
}

export function edge(deps: QueryEdgeDeps): Edge {
  const names = async () => new Map((await deps.directory.all()).map(({ id, name }) => [id, name]));
  return serving("query", {
    ask: async (event, body) => {
      // before anything is asked: a question is good once
      const format = formatFor(event.headers.accept, event.queryStringParameters?.format, [
        "statement",
        ...formatNames(),
      ]);
      const jws = body();
      const { headers } = event;
      const call = { method: "POST", url: addressOf(event, deps.origin), headers, body: jws };
      return metered(deps.meter, deps.clock, async (count) => {
        const statement = await ask(deps, {
          authorization: headers.authorization,
          jws,
          call,
          count,
        });
        const reply = await statementReply(statement, format, event, names);
        if (event.queryStringParameters?.keep !== "true") return reply;
        return {
          ...reply,
          statusCode: 201,
          headers: { ...reply.headers, location: await linkTo(deps, statement) },
        };
      });
    },
    openTable: async (event) => {
      const format = formatFor(event.headers.accept, event.queryStringParameters?.format, [
        "csv",
        ...formatNames(),
        "statement",
      ]);
      const { dataset = "", period = "" } = event.pathParameters ?? {};
      return metered(deps.meter, deps.clock, async (count) => {
        const question = { dataset, period, ...linkQuestion(event.rawQueryString) };
        await count(ANYBODY);
        return statementReply(
          await askOpen(deps, {
            ...question,
            by: [...question.by],
            measures: [...question.measures],
          }),
          format,
          event,
          names,
        );
      });
    },
  });
}
