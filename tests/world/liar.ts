/** Plays a hub over HTTP, with the hub's own keys: it gives tokens and asks nodes as a hub does, and says of it what a test wants. */
import { createServer } from "node:http";
import { listen } from "../../adapters/local/serving/http-server.ts";
import { peek, signCompact } from "../../functions/signing/jws.ts";
import { DirectoryFile } from "../../schemas/member.ts";
import { Statement } from "../../schemas/query.ts";
import { bodyOf } from "./between.ts";
import type { Stage } from "./honest.ts";

/** What becomes of a true statement before the hub signs it. */
export type Lie = (statement: Statement) => Promise<object> | object;
/** What becomes of the true directory. */
export type Register = (told: DirectoryFile) => Promise<DirectoryFile> | DirectoryFile;

export interface Liar {
  readonly url: string;
  /** From now on; without anything said, the truth. */
  tell(lie?: Lie, register?: Register): void;
  sign(statement: object): Promise<string>;
  /** The true directory. */
  members(): Promise<DirectoryFile>;
  close(): void;
}

export async function startLiar(stage: Stage): Promise<Liar> {
  const truth: { lie: Lie; register: Register } = {
    lie: (statement) => statement,
    register: (told) => told,
  };
  let told = truth;
  const members = async () =>
    DirectoryFile.parse(await (await fetch(`${stage.federation.hub}/v1/members`)).json());
  const sign = (statement: object) => signCompact(stage.hubKey, "tavolo-statement+jws", statement);
  const server = createServer(async (request, response) => {
    const body = (await bodyOf(request)).toString();
    const json = (value: object) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (request.url === "/v1/members") return json(await told.register(await members()));
    if (request.url === "/token.oauth2")
      return json({ access_token: await stage.token(), token_type: "DPoP", expires_in: 600 });
    const statement = peek(await (await stage.ask(body, await stage.token())).text(), Statement);
    return response
      .writeHead(200, { "content-type": "application/jose" })
      .end(await sign(await told.lie(statement)));
  });
  return {
    url: `http://127.0.0.1:${await listen(server, 0)}`,
    tell(lie = truth.lie, register = truth.register) {
      told = { lie, register };
    },
    sign,
    members,
    close: () => void server.close(),
  };
}
