/** What members sign about indicators and practices. */
import * as z from "zod";
import { CompactJws } from "../words.ts";
import { item } from "./item.ts";

const said = {
  at: ["hub"],
  reads: ["indicators"],
  writes: ["indicators"],
  removes: [],
  body: z.strictObject({ jws: CompactJws }),
  ends: "never",
} as const;

export const proposal = item({
  ...said,
  pk: "hub#indicator",
  sk: "{indicator}#{version:6}",
  example: ["hub#indicator", "home-care-coverage#000001"],
  about: "a definition, as the member that proposed it signed it",
  condition: "absent",
});
export const acceptance = item({
  ...said,
  pk: "hub#acceptance",
  sk: "{member}",
  example: ["hub#acceptance", "IT-028060"],
  about: "every definition that this member accepts, signed; revision is its `iat`",
  condition: "absent, or revision below",
});
export const practice = item({
  ...said,
  pk: "hub#practice",
  sk: "{member}#{id}",
  example: ["hub#practice", "IT-028060#ore-a-blocchi"],
  about: "a practice card, signed; revision is its version",
  condition: "absent for version 1, else revision of the one before",
});
