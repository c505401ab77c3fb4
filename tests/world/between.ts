/** A go-between before a member's node: what passes through it can be made to go wrong, on the line or by the node itself. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listen } from "../../adapters/local/serving/http-server.ts";
import type { World } from "./machine.ts";

export type Behaviour = (
  request: IncomingMessage,
  response: ServerResponse,
  pass: () => Promise<void>,
) => void | Promise<void>;
export const honest: Behaviour = (_request, _response, pass) => pass();
/** Misbehaves when it is asked a question, and lists its releases as it should. */
export const onlyAnswers =
  (say: (response: ServerResponse, request: IncomingMessage) => void | Promise<void>): Behaviour =>
  (request, response, pass) =>
    request.method === "POST" ? say(response, request) : pass();

export interface Between {
  behave(behaviour: Behaviour): void;
  close(): void;
}

export const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** Puts a go-between before a node that runs, and enters its address in the directory. */
export async function between(world: World, member: string, node: () => string): Promise<Between> {
  let behaviour = honest;
  /** What the node itself says, untouched. */
  const passOn = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const sent =
      request.method === "POST"
        ? { method: "POST", body: new Uint8Array(await bodyOf(request)) }
        : {};
    const said = await fetch(`${node()}${request.url}`, {
      ...sent,
      headers: { "content-type": request.headers["content-type"] ?? "" },
    });
    response
      .writeHead(said.status, { "content-type": said.headers.get("content-type")! })
      .end(Buffer.from(await said.arrayBuffer()));
  };
  const server = createServer(
    (request, response) => void behaviour(request, response, () => passOn(request, response)),
  );
  await world.moveNode(member, `http://127.0.0.1:${await listen(server, 0)}`);
  return {
    behave(next) {
      behaviour = next;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
