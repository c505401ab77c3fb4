/** A statement with everything in it that a format must get right: exact, noisy, hidden, formed and missing figures. */

import { ask } from "../../functions/query/ask.ts";
import type { Cell } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { inventedCells, makeManifest, makeMember, makeNode, makeWorld } from "./federation.ts";

export const NAMES = new Map([
  ["IT-028060", { it: "Padova", en: "Padua" }],
  ["IT-034027", { it: "Parma", en: "Parma" }],
  ["IT-016024", { it: "=HYPERLINK(1)", en: "=HYPERLINK(1)" }],
]);

/** The first cell of Parma has two persons: too few. Bergamo does not answer. */
export async function sampleStatement(change: object = {}): Promise<string> {
  const members = await Promise.all(
    [...NAMES.keys()].map((id, at) => makeMember(id, { url: `https://node-${at}.example` })),
  );
  const few = (cells: Cell[]): Cell[] =>
    cells.map((cell, at) =>
      at > 0
        ? cell
        : {
            ...cell,
            figures: cell.figures.map((figure) =>
              "count" in figure && figure.count === "any"
                ? { count: "any", value: 2000, grid: 0.001, sd: 2, mark: "below-k" as const }
                : figure,
            ),
          },
    );
  const source = 'Comune, "servizi sociali"\n@2022';
  const world = await makeWorld(
    [
      makeNode(members[0]!, {
        manifests: [makeManifest("IT-028060", { source: "=cmd|' /C calc'!A0" })],
      }),
      makeNode(members[1]!, {
        manifests: [makeManifest("IT-034027", { source })],
        cells: (plan, manifest) => few(inventedCells(plan, manifest)),
      }),
      makeNode(members[2]!, {
        reply: () => {
          throw new Refused("too-slow");
        },
      }),
    ],
    members.slice(1),
  );
  const query = world.query({
    measures: [
      { count: "any" },
      { sum: "hours" },
      { mean: "hours" },
      { share: "A2.07", over: "any" },
    ],
    by: ["sex"],
    ...change,
  });
  return ask(world.deps, {
    authorization: `DPoP ${await world.token()}`,
    jws: await world.sign(query),
  });
}
