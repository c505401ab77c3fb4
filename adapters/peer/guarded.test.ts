import { describe, expect, test } from "vitest";
import { guardedFetch, isPublicAddress } from "./guarded.ts";
import { httpPeer } from "./http.ts";
import { peerContract } from "./peer.contract.ts";

test.each([
  ["93.184.215.14", true],
  ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", true],
  ["127.0.0.1", false],
  ["10.1.2.3", false],
  ["172.31.255.255", false],
  ["172.32.0.1", true],
  ["192.168.1.1", false],
  ["169.254.169.254", false],
  ["100.100.0.1", false],
  ["0.0.0.0", false],
  ["255.255.255.255", false],
  ["::1", false],
  ["::ffff:10.0.0.1", false],
  ["fd00::1", false],
  ["fe80::1", false],
  ["ff02::1", false],
  ["2002:a00:1::", false],
  ["64:ff9b::a00:1", false],
  ["not an address", false],
])("%s is public: %s", (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});

describe("a node at a public address", () => {
  const name = "https://node.example.org";
  peerContract((url) => {
    const there = ((input: string, init) => fetch(input.replace(name, url), init)) as typeof fetch;
    const outside = async () => [{ address: "93.184.215.14" }];
    return { peer: httpPeer(guardedFetch(there, outside)), called: name };
  });
});

describe("a node's name", () => {
  const signal = new AbortController().signal;
  const called: string[] = [];
  const fetcher = (async (input: string) => {
    called.push(input);
    return new Response("{}", { status: 404 });
  }) as typeof fetch;
  const peer = (addresses: string[]) =>
    httpPeer(guardedFetch(fetcher, async () => addresses.map((address) => ({ address }))));

  test.each<[string, string, string[]]>([
    ["leads inside", "https://node.example.org", ["10.0.0.7"]],
    ["leads to the metadata service", "https://node.example.org", ["169.254.169.254"]],
    ["leads outside and inside", "https://node.example.org", ["93.184.215.14", "127.0.0.1"]],
    ["leads nowhere", "https://node.example.org", []],
    ["is called without TLS", "http://node.example.org", ["93.184.215.14"]],
  ])("that %s is not called", async (_, url, addresses) => {
    called.length = 0;
    await expect(peer(addresses).ask(url, "a.b.c", signal)).rejects.toMatchObject({
      reason: "unreachable",
    });
    expect(called).toEqual([]);
  });

  test("that leads outside is", async () => {
    await expect(
      peer(["93.184.215.14"]).ask("https://node.example.org", "a.b.c", signal),
    ).rejects.toMatchObject({
      reason: "answer-invalid",
    });
    expect(called).toEqual(["https://node.example.org/v1/answer"]);
  });
});
