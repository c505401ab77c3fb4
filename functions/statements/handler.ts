/** Statements under a link: read by whoever has it, in any format; taken back by who asked. */
import { formatNames } from "../../schemas/formats.ts";
import type { Clock } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { type AccessDeps, callerOf } from "../access/access.ts";
import { addressOf, type Edge } from "../edge/http.ts";
import { serving } from "../edge/serving.ts";
import { formatFor } from "../formats/negotiate.ts";
import { statementReply } from "../formats/reply.ts";
import type { Log } from "../log/append.ts";
import type { Directory } from "../members/directory.ts";
import { dropStatement, storedStatement } from "./statement-links.ts";

export interface StatementsDeps extends AccessDeps {
  readonly directory: Pick<Directory, "some" | "all">;
  readonly log: Log;
  readonly clock: Clock;
  /** Where the hub answers; undefined behind API Gateway alone. */
  readonly origin: string | undefined;
}

/** What keeps a link from wandering off: search engines are told not to list it, and other sites are not told of it. */
const PRIVATE = { "x-robots-tag": "noindex, noarchive" };
const idOf = (parameters: Readonly<Record<string, string | undefined>> | undefined): string => {
  const id = parameters?.id ?? "";
  if (!/^[A-Za-z0-9_-]{22}$/.test(id))
    throw new Refused("not-found", "there is no such link, or no longer");
  return id;
};

export function edge(deps: StatementsDeps): Edge {
  const names = async () => new Map((await deps.directory.all()).map(({ id, name }) => [id, name]));
  return serving("statements", {
    keptStatement: async (event) => {
      const format = formatFor(event.headers.accept, event.queryStringParameters?.format, [
        "statement",
        ...formatNames(),
      ]);
      const { jws } = await storedStatement(deps.store, idOf(event.pathParameters), deps.clock());
      const reply = await statementReply(jws, format, event, names);
      return { ...reply, headers: { ...reply.headers, ...PRIVATE } };
    },
    dropStatement: async (event) => {
      const now = deps.clock();
      const call = {
        method: "DELETE",
        url: addressOf(event, deps.origin),
        headers: event.headers,
      };
      const { id: member } = await callerOf(deps, call, now);
      await dropStatement(deps.store, idOf(event.pathParameters), member, now);
      await deps.log.append("unlink", { consumer: member }, now);
      return { statusCode: 204 };
    },
  });
}
