/** The three ratios of a question's and a release's cost: against the rows, against the statement, against the slowest node. */
import { join } from "node:path";
import { fromHub, fromNode, timingPeer } from "./asking.ts";
import { type Section, timed } from "./measure.ts";
import { releasing } from "./releasing.ts";
import { writeRows } from "./rows.ts";
import { LARGE, startWorld } from "./world.ts";

export const spine: Section = {
  name: "spine",
  title: "A question and a release",
  about:
    "a node against counting rows, a release against its statement, the hub against its slowest node",
  async measure({ scratch, rows: rowCount, rounds, say }) {
    const subjects = rowCount / 10;
    const rows = join(scratch, "rows.parquet");
    say(`${rowCount.toLocaleString("en")} rows about ${subjects.toLocaleString("en")} subjects`);
    say(
      `  written in ${((await timed(() => writeRows(rows, LARGE, rowCount, subjects))).ms / 1000).toFixed(1)} s`,
    );
    say("A release, and its statement");
    const released = await releasing(rows, scratch, rounds, say);
    say("Eight cities");
    const { peer, taken } = timingPeer();
    const world = await startWorld(join(scratch, "world"), rows, peer, say);
    try {
      say("A node, and DuckDB over its rows");
      const node = await fromNode(world, rows, 4 * rounds, say);
      say("The hub, and the slowest node");
      const hub = await fromHub(world, taken, 40 * rounds, say);
      const about = `${rowCount.toLocaleString("en")} made rows about ${subjects.toLocaleString("en")} subjects, released under the policy of the common dataset (\`docs/demo/datasets/prestazioni.json\`, Padova's quarters): ${world.figures.toLocaleString("en")} figures.`;
      return {
        comparisons: [node, released, hub].map((one) => ({ ...one, notes: [about, ...one.notes] })),
        tables: [],
      };
    } finally {
      await world.close();
    }
  },
};
