/** What every line to a node keeps to: what it calls, and what it makes of whatever comes back. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import type { Peer } from "../../schemas/ports.ts";
import { REPLY_LIMIT } from "./http.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const soon = () => new AbortController().signal;
const replying = (status: number, headers: Record<string, string>, body: string | Buffer) =>
  serve((_, response) => response.writeHead(status, headers).end(body));
const jose = { "content-type": "application/jose" };
const problem = (type: string) => ({
  body: JSON.stringify({ type, title: "x", detail: "text of the other side" }),
});

/**
 * Runs the contract on the peer that `open` gives for a node of this machine, listening at `url`; `called` is how the peer calls
 * that node.
 */
export function peerContract(open: (url: string) => { peer: Peer; called: string }): void {
  test("asks a node with a signed envelope and hands back its bytes", async () => {
    let seen = "";
    const url = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      seen = `${request.method} ${request.url} ${request.headers["content-type"]} ${Buffer.concat(chunks)}`;
      response.writeHead(200, jose).end("a.b.c");
    });
    const { peer, called } = open(url);
    expect(await peer.ask(`${called}/`, "e.n.v", soon())).toBe("a.b.c");
    expect(seen).toBe("POST /v1/answer application/jose e.n.v");
  });

  test("lists a node's manifests, also below a path", async () => {
    let seen = "";
    const url = await serve((request, response) => {
      seen = `${request.method} ${request.url}`;
      response
        .writeHead(200, { "content-type": "application/json; charset=utf-8" })
        .end(JSON.stringify({ v: 1, manifests: ["a.b.c"] }));
    });
    const { peer, called } = open(url);
    expect(await peer.catalogue(`${called}/nodes/a`, soon())).toEqual({
      ...{ manifests: ["a.b.c"], next: [] },
    });
    expect(seen).toBe("GET /nodes/a/v1/releases");
  });

  test("fetches the signed account of a year", async () => {
    let seen = "";
    const url = await serve((request, response) => {
      seen = `${request.method} ${request.url}`;
      response.writeHead(200, jose).end("a.b.c");
    });
    const { peer, called } = open(url);
    expect(await peer.account(called, "2022", soon())).toBe("a.b.c");
    expect(seen).toBe("GET /v1/accounts/2022");
  });

  describe("what goes wrong has a reason of the table, and no text of the other side", () => {
    const cases: [string, () => Promise<string>, string][] = [
      [
        "a redirect is not followed",
        () => replying(307, { location: "http://169.254.169.254/" }, ""),
        "answer-invalid",
      ],
      ["nobody listens", async () => "http://127.0.0.1:1", "unreachable"],
      ["the connection breaks", () => serve((request) => request.socket.destroy()), "unreachable"],
      [
        "the connection breaks halfway",
        () =>
          serve(
            (_, response) =>
              void response.writeHead(200, jose).write("a.b", () => response.socket?.destroy()),
          ),
        "unreachable",
      ],
      [
        "a gateway says that the node is gone",
        () => replying(503, { "content-type": "text/html" }, "<p>down"),
        "unreachable",
      ],
      [
        "the node refuses for a reason of the table",
        () =>
          replying(
            403,
            { "content-type": "application/problem+json" },
            problem("urn:tavolo:refusal:no-agreement").body,
          ),
        "no-agreement",
      ],
      [
        "the node refuses for a reason of its own",
        () =>
          replying(
            403,
            { "content-type": "application/problem+json" },
            problem("urn:tavolo:refusal:because").body,
          ),
        "answer-invalid",
      ],
      [
        "a reason that every object has",
        () =>
          replying(
            403,
            { "content-type": "application/problem+json" },
            problem("urn:tavolo:refusal:constructor").body,
          ),
        "answer-invalid",
      ],
      [
        "a refusal that is no JSON",
        () => replying(400, { "content-type": "application/problem+json" }, "{"),
        "answer-invalid",
      ],
      [
        "another content type",
        () => replying(200, { "content-type": "text/html" }, "a.b.c"),
        "answer-invalid",
      ],
      ["something that is no signed thing", () => replying(200, jose, "hello"), "answer-invalid"],
      [
        "more than is read",
        () => replying(200, jose, Buffer.alloc(REPLY_LIMIT + 1, "a")),
        "answer-invalid",
      ],
      [
        "little that unpacks to more than is read",
        () =>
          replying(
            200,
            { ...jose, "content-encoding": "gzip" },
            gzipSync(Buffer.alloc(REPLY_LIMIT * 4, "a")),
          ),
        "answer-invalid",
      ],
    ];
    test.each(cases)("%s", async (_, url, reason) => {
      const { peer, called } = open(await url());
      const error = await peer.ask(called, "e.n.v", soon()).catch((thrown) => thrown);
      expect(error).toMatchObject({ name: "Refused", reason, hint: {} });
    });

    test.each([
      ["before the first byte", () => serve(() => {})],
      [
        "in the middle of the body",
        () => serve((_, response) => void response.writeHead(200, jose).write("a.b")),
      ],
    ])("the deadline passes %s", async (_, url) => {
      const { peer, called } = open(await url());
      await expect(peer.ask(called, "e.n.v", AbortSignal.timeout(100))).rejects.toMatchObject({
        reason: "too-slow",
      });
    });

    test.each([["[]"], ['{"v":2,"manifests":[]}'], ['{"v":1,"manifests":["x"]}'], ["nonsense"]])(
      "a catalogue such as %s",
      async (body) => {
        const url = await replying(200, { "content-type": "application/json" }, body);
        const { peer, called } = open(url);
        await expect(peer.catalogue(called, soon())).rejects.toMatchObject({
          reason: "answer-invalid",
        });
      },
    );
  });
}
