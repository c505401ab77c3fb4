/** A member is shut out while a node is down: the operator's command waits for that node, and its first call there is refused too. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Asker, sendProved, tokenFor } from "../../adapters/client/asking.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { paths } from "../../adapters/local/state.ts";
import { agree } from "../world/agreeing.ts";
import { type Apart, apart, type Serving } from "../world/apart.ts";
import { purposeId } from "../world/machine.ts";
import { aiutiJson, csv } from "../world/small.ts";

const [ASKER, OWNER] = ["IT-000001", "IT-000002"] as const;
let world: Apart;
let node: Serving;
beforeAll(async () => {
  world = await apart();
  node = (await world.join(OWNER))!;
  await world.join(ASKER, "consumer");
  const file = (name: string) => join(world.state(OWNER), name);
  await writeFile(file("aiuti.csv"), csv());
  await writeFile(file("aiuti.json"), JSON.stringify(aiutiJson));
  await world.run(OWNER, "ingest", file("aiuti.json"), file("aiuti.csv"));
  await world.run(OWNER, "release", "aiuti");
  const side = (id: string, state = id) => ({ state: world.state(state), id });
  await agree(side(ASKER), side(OWNER), side("tavolo-hub", "hub"), "aiuti");
});
afterAll(() => world.close());

test("a node that is down when a member is shut out is told as soon as it answers", async () => {
  const signer = await keyOf(paths(world.state(ASKER)), ASKER, "member");
  const clock = () => Math.floor(Date.now() / 1000);
  const asker: Asker = {
    hub: { id: "tavolo-hub", url: world.hub.url },
    member: ASKER,
    signer,
    clock,
  };
  const token = await tokenFor(asker, purposeId, OWNER);
  const take = () =>
    sendProved(asker, token, `${node.url}/v1/releases/aiuti/2025/1/cube`, "GET").then(
      () => "taken",
      (error: { reason: string }) => error.reason,
    );
  expect(await take()).toBe("taken");
  await node.end("SIGKILL");
  const said = world.attempt("hub", "hub", "suspend", ASKER);
  // the hub has it at once
  while (
    (await tokenFor(asker).catch((error: { reason: string }) => error.reason)) !==
    "assertion-invalid"
  )
    await pause(100);
  node = await world.node(OWNER);
  const { code, out } = await said;
  expect([code, out]).toEqual([0, expect.stringContaining(`Not told yet: ${OWNER}.`)]);
  expect(out).toContain("Every node is told.");
  expect(await take()).toBe("token-key-mismatch");
  expect(await world.run("hub", "hub", "readmit", ASKER)).not.toContain("Not told");
  expect(await take()).toBe("taken");
});

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
