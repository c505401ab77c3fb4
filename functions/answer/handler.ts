/** The node's public edge. */
import { createHash } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { CUBE_FORMATS, formatNames } from "../../schemas/formats.ts";
import { found } from "../../schemas/found.ts";
import { Refused } from "../../schemas/refusal.ts";
import { fileOf } from "../disclosure/code-lists.ts";
import { cubeRows } from "../disclosure/cube.ts";
import { binary, type Edge, json, type Reply, text } from "../edge/http.ts";
import { serving } from "../edge/serving.ts";
import { cubeCsv } from "../formats/cube.ts";
import { formatFor, mediaTypeOf } from "../formats/negotiate.ts";
import { tidyRelease } from "../formats/release.ts";
import { tableReply } from "../formats/reply.ts";
import { receiveAgreement } from "./agreements.ts";
import { type AnswerDeps, answer } from "./answer.ts";
import { authoriseDownload } from "./download.ts";
import { receiveEntry, receiveSuspension } from "./members.ts";
import { REPORT_TYPES } from "./releases.ts";

/** What the path and the headers of a download say. */
const taking = ({ pathParameters, headers, rawPath }: APIGatewayProxyEventV2) => {
  const { dataset = "", period = "", number = "" } = pathParameters ?? {};
  return {
    authorization: headers.authorization,
    dpop: headers.dpop,
    path: rawPath,
    dataset,
    period,
    number: Number(number),
  };
};

/** A report's own style sheet is allowed by its digest, and nothing else is: no script, nothing from elsewhere. */
function page(body: string, type: string): Reply {
  const styles = [...body.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(
    ([, css = ""]) => `'sha256-${createHash("sha256").update(css).digest("base64")}'`,
  );
  const policy = `default-src 'none'; style-src ${styles.join(" ") || "'none'"}; frame-ancestors 'none'`;
  return {
    ...text(body, type),
    headers: { "content-type": type, "content-security-policy": policy },
  };
}

export function edge(deps: AnswerDeps): Edge {
  return serving("answer", {
    answer: async (_, body) => text(await answer(deps, body()), "application/jose"),
    hearMember: async (_, body) => {
      const { id, iat } = await receiveEntry(deps, body());
      return json({ v: 1, id, iat });
    },
    hearAgreement: async (_, body) => {
      const { id, state } = await receiveAgreement(deps, body());
      return json({ v: 1, id, state });
    },
    hearSuspension: async (_, body) => {
      const { member, iat } = await receiveSuspension(deps, body());
      return json({ v: 1, id: member, iat });
    },
    releases: async () => {
      const manifests = await deps.releases.manifests();
      const next = await deps.releases.next(deps.clock());
      return json(next.length === 0 ? { v: 1, manifests } : { v: 2, manifests, next });
    },
    manifest: async (event) => {
      const { dataset, period, number } = taking(event);
      const { jws } = await deps.releases.numbered(dataset, period, number, deps.clock());
      return text(jws, "application/jose");
    },
    releaseCodes: async (event) => {
      const { dataset, period, number } = taking(event);
      const { lists } = await deps.releases.numbered(dataset, period, number, deps.clock());
      return json(fileOf(lists));
    },
    cube: async (event) => {
      // as it was released unless another is asked for
      const format = formatFor(
        event.headers.accept,
        event.queryStringParameters?.format,
        formatNames(...CUBE_FORMATS),
      );
      const request = taking(event);
      const release = await authoriseDownload(deps, request);
      const bytes = await release.bytes();
      // the release itself, every figure as it was released; the others are tables for readers, without what is hidden
      if (format === "parquet") return binary(bytes, mediaTypeOf(format));
      if (format === "csv")
        return text(await cubeCsv(bytes, release.manifest), mediaTypeOf(format));
      const names = new Map([[deps.trust.self.id, deps.trust.self.name]]);
      return tableReply(
        tidyRelease(await cubeRows(bytes, release.manifest), release.manifest, names),
        format,
        event,
      );
    },
    report: async ({ pathParameters }) => {
      const { dataset = "", period = "", name = "" } = pathParameters ?? {};
      const bytes = await deps.releases.report(dataset, period, name);
      if (bytes === undefined) throw new Refused("not-found");
      return page(Buffer.from(bytes).toString("utf8"), found(REPORT_TYPES[name]));
    },
    account: async ({ pathParameters }) => {
      const jws = await deps.releases.account(pathParameters?.year ?? "");
      if (jws === undefined) throw new Refused("not-found");
      return text(jws, "application/jose");
    },
  });
}
