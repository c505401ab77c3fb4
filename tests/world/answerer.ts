/** The answering step of one node over one release that is handed in, so that a release can be what no node of ours would make. */
import { type AnswerDeps, answer } from "../../functions/answer/answer.ts";
import { authoriseDownload } from "../../functions/answer/download.ts";
import type { Cube } from "../../functions/disclosure/cube.ts";
import { freshId, sha256, signCompact } from "../../functions/signing/jws.ts";
import type { Manifest } from "../../schemas/release.ts";
import { HUB, makeMember, memoryStore, NOW } from "./federation.ts";

export interface Answerer {
  /** Questions of another member, by way of the hub, without an agreement. */
  ask(): Promise<string>;
  /** The whole release, without a token. */
  download(): Promise<unknown>;
  /** How often the cube was opened. */
  opened(): number;
  readonly logged: string[];
}

export async function makeAnswerer(manifest: Manifest): Promise<Answerer> {
  const [self, hub, other] = await Promise.all([
    makeMember(manifest.iss, { url: "https://node.example" }),
    makeMember(HUB, { roles: ["operator"] }),
    makeMember("IT-022205"),
  ]);
  const logged: string[] = [];
  let opened = 0;
  const cube: Cube = {
    manifest,
    trees: [],
    size: 0,
    value: () => 7,
    at: () => ({ steps: 7, status: "A", revised: false }),
    find: () => undefined,
  };
  const current = async () => ({
    manifest,
    lists: new Map(),
    jws: await signCompact(self.keys.release, "tavolo-release+jws", manifest),
    cube: async () => {
      opened += 1;
      return cube;
    },
  });
  const deps = {
    trust: { self: self.entry, hub: hub.entry },
    store: memoryStore(),
    releases: { current, numbered: current },
    signer: self.keys.answer,
    log: {
      append: async (kind: string, facts: object) => {
        logged.push(kind);
        return { log: self.entry.id, entry: `${NOW}#1`, leaf: sha256(JSON.stringify(facts)) };
      },
    },
    clock: () => NOW,
  } as unknown as AnswerDeps;
  const { dataset, period, number } = manifest;
  const window = { iat: NOW, exp: NOW + 300 };
  return {
    async ask() {
      const query = await signCompact(other.keys.member, "tavolo-query+jws", {
        ...{ v: 1, iss: other.entry.id, aud: HUB, ...window, jti: freshId() },
        ...{ members: [self.entry.id], dataset, period },
        ...{ measures: [{ count: "any" }], by: [], where: {} },
      });
      const envelope = { v: 1, iss: HUB, aud: self.entry.id, ...window, jti: freshId(), query };
      return answer(deps, await signCompact(hub.keys.hub, "tavolo-ask+jws", envelope));
    },
    download: () =>
      authoriseDownload(deps, {
        ...{ authorization: undefined, dpop: undefined, path: "/" },
        ...{ dataset, period, number },
      }),
    opened: () => opened,
    logged,
  };
}
