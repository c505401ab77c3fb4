/** A signed statement as an HTTP reply: itself, or a table made of it that names its digest. */

import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { TableFormat } from "../../schemas/formats.ts";
import type { Names } from "../../schemas/words.ts";
import { binary, type Reply, text } from "../edge/http.ts";
import { type Format, languageFor, mediaTypeOf } from "./negotiate.ts";
import type { TidyTable } from "./table.ts";
import { tidyStatement } from "./tidy.ts";
import { write } from "./write.ts";

/** Header with the SHA-256 (base64url) of the statement that a table is a rendering of: a table itself proves nothing. */
const STATEMENT_HEADER = "tavolo-statement";

type Asked = Pick<APIGatewayProxyEventV2, "headers" | "queryStringParameters">;

export async function tableReply(
  table: TidyTable,
  format: TableFormat,
  { headers, queryStringParameters }: Asked,
): Promise<Reply> {
  const written = await write(
    table,
    format,
    languageFor(headers["accept-language"], queryStringParameters?.lang),
  );
  const type = mediaTypeOf(format);
  const reply = typeof written === "string" ? text(written, type) : binary(written, type);
  const digest = table.statement === undefined ? {} : { [STATEMENT_HEADER]: table.statement };
  return { ...reply, headers: { ...reply.headers, ...digest, vary: "accept, accept-language" } };
}

/** `namesOf` is asked only where a table shows names. */
export async function statementReply(
  jws: string,
  format: Format,
  asked: Asked,
  namesOf: () => Promise<Names>,
): Promise<Reply> {
  if (format === "statement") return text(jws, mediaTypeOf(format));
  return tableReply(tidyStatement(jws, await namesOf()), format, asked);
}
