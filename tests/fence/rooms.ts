/**
 * The rooms of the house: what each may stand on. One test reads every import and fails on whatever is not named here, on a
 * circle, and on PRIVATE reached from PUBLIC or HUB by any path. A room stands below those that name it.
 *
 * Sides: PRIVATE sees rows, exact figures or the key of the noise; PUBLIC is what answers at a node, HUB what a hub runs,
 * OWNER what a member sees of its own node; BOTH is anybody's; OUTSIDE speaks to the world, or puts things together.
 */
export type Side = "PRIVATE" | "PUBLIC" | "HUB" | "OWNER" | "BOTH" | "OUTSIDE";

export interface Room {
  /** A folder, or one file where its side is its own. */
  readonly at: string;
  readonly side: Side;
  /** Folders of rooms; those of functions/ are named without it. */
  readonly imports: readonly string[];
}

const path = (name: string) =>
  /^(schemas|functions|adapters|infra|docs)\b/.test(name) ? name : `functions/${name}`;
const room = (at: string, side: Side, imports = ""): Room => ({
  at,
  side,
  imports: imports
    .split(/\s+/)
    .filter((name) => name !== "")
    .map(path),
});

export const rooms: readonly Room[] = [
  room("schemas", "BOTH", ""),
  room("functions/signing", "BOTH", "schemas"),
  room("functions/store", "BOTH", "schemas"),
  room("functions/edge", "BOTH", "schemas signing store"),
  room("functions/log", "BOTH", "edge schemas signing store"),
  room("functions/members", "BOTH", "edge log schemas signing store"),
  room("functions/access", "BOTH", "edge log members schemas signing"),
  room("functions/access/modi", "HUB", "access schemas signing store"),
  room("functions/agreements", "BOTH", "disclosure edge log members schemas signing store"),
  room("functions/disclosure", "BOTH", "schemas signing"),
  room("functions/account", "BOTH", "disclosure schemas store"),
  room("functions/indicators/compare", "BOTH", "disclosure schemas signing"),
  room("functions/indicators", "BOTH", "edge log members schemas signing store"),
  room("functions/formats", "BOTH", "disclosure edge indicators/compare schemas signing"),
  room(
    "functions/statements",
    "BOTH",
    `access disclosure edge formats log members schemas signing store`,
  ),
  room("functions/describe", "PRIVATE", "schemas"),
  room("functions/keep", "PRIVATE", "disclosure edge log schemas signing store"),
  room("functions/keep/ingest", "PRIVATE", "disclosure keep schemas store"),
  room("functions/keep/consent", "PRIVATE", "disclosure edge keep schemas signing store"),
  room("functions/release/methods", "PRIVATE", "disclosure schemas"),
  room("functions/release/protect", "PRIVATE", "disclosure release/methods schemas"),
  room(
    "functions/release",
    "PRIVATE",
    "account disclosure log release/protect schemas signing store",
  ),
  room("functions/policy", "PRIVATE", "disclosure schemas"),
  room(
    "functions/answer",
    "PUBLIC",
    `access agreements disclosure edge formats log members schemas signing store`,
  ),
  room(
    "functions/query",
    "HUB",
    `access disclosure edge formats log members schemas signing statements`,
  ),
  room("functions/catalogue", "HUB", "disclosure edge members schemas signing"),
  room(
    "functions/owner",
    "OWNER",
    `access account agreements disclosure edge log members policy schemas signing store`,
  ),
  room("functions/signin", "OWNER", "edge log schemas signing store"),
  room("functions/dashboard", "BOTH", "edge schemas"),
  room("adapters/clock", "OUTSIDE", "schemas"),
  room("adapters/store", "OUTSIDE", "schemas"),
  room("adapters/blobs", "OUTSIDE", "schemas"),
  room("adapters/keys", "OUTSIDE", "schemas"),
  room("adapters/source", "PRIVATE", "schemas"),
  room("adapters/engine", "PRIVATE", "schemas"),
  room("adapters/cube", "PRIVATE", "schemas"),
  room("adapters/version", "PRIVATE", "schemas"),
  room("adapters/peer", "OUTSIDE", "schemas"),
  room("adapters/job", "OUTSIDE", "schemas"),
  room("adapters/oidc", "OUTSIDE", "schemas"),
  room(
    "adapters/client",
    "OUTSIDE",
    `access adapters/keys disclosure indicators indicators/compare members schemas signing
     statements`,
  ),
  room("adapters/page/parts", "OUTSIDE", "adapters/client disclosure schemas"),
  room(
    "adapters/page/manager",
    "OUTSIDE",
    `adapters/client adapters/page/parts disclosure formats indicators indicators/compare
     schemas`,
  ),
  room(
    "adapters/page/owner",
    "OUTSIDE",
    `adapters/client adapters/page/parts agreements disclosure schemas`,
  ),
  room(
    "adapters/page/operator",
    "OUTSIDE",
    `adapters/client adapters/page/owner adapters/page/parts disclosure schemas signing`,
  ),
  room(
    "adapters/page",
    "OUTSIDE",
    `adapters/client adapters/page/manager adapters/page/operator adapters/page/owner
     adapters/page/parts dashboard schemas`,
  ),
  room(
    "adapters/aws",
    "OUTSIDE",
    `adapters/blobs adapters/clock adapters/job adapters/keys adapters/oidc adapters/peer
     adapters/store edge log members owner schemas signin`,
  ),
  room("adapters/aws/answer.ts", "PUBLIC", "adapters/aws adapters/clock answer log"),
  room(
    "adapters/aws/hub.ts",
    "HUB",
    `access access/modi adapters/aws adapters/clock adapters/peer agreements catalogue edge
     indicators log members query statements`,
  ),
  room(
    "adapters/aws/keep.ts",
    "PRIVATE",
    `adapters/aws adapters/clock adapters/source adapters/version keep keep/consent keep/ingest`,
  ),
  room(
    "adapters/aws/release.ts",
    "PRIVATE",
    `adapters/aws adapters/clock adapters/cube adapters/engine log release`,
  ),
  room(
    "adapters/aws/lambda",
    "OUTSIDE",
    `access adapters/aws adapters/aws/answer.ts adapters/aws/hub.ts adapters/aws/keep.ts
     adapters/aws/release.ts agreements answer catalogue dashboard edge indicators keep/consent
     keep/ingest log members owner query release schemas signin statements`,
  ),
  room("adapters/local/serving", "OUTSIDE", "edge log schemas"),
  room(
    "adapters/local/answering.ts",
    "PUBLIC",
    `adapters/blobs adapters/keys adapters/local/serving adapters/store answer edge log schemas`,
  ),
  room(
    "adapters/local",
    "OUTSIDE",
    `access access/modi adapters/blobs adapters/client adapters/clock adapters/cube
     adapters/engine adapters/keys adapters/local/answering.ts adapters/local/serving
     adapters/oidc adapters/page adapters/peer adapters/source adapters/store adapters/version
     agreements  catalogue dashboard edge indicators keep keep/consent keep/ingest log
     members owner query release schemas signin signing statements`,
  ),
  room(
    "adapters/demo",
    "OUTSIDE",
    `account adapters/clock adapters/local adapters/local/serving agreements answer docs/demo
     indicators log members schemas signing`,
  ),
  room(
    "adapters/cli",
    "OUTSIDE",
    `access/modi account adapters/client adapters/clock adapters/demo adapters/local
     adapters/local/serving adapters/source agreements describe disclosure docs/demo formats
     indicators indicators/compare keep keep/consent log members policy release schemas signing
     statements store`,
  ),
  room("infra", "OUTSIDE", "schemas"),
  room("docs/demo", "OUTSIDE", "schemas"),
  room("docs/examples", "OUTSIDE", ""),
  room("docs/reference", "OUTSIDE", "catalogue schemas"),
  room("docs/tutorial", "OUTSIDE", "docs/demo"),
];

/** Packages that only some files may have. */
export const packages = [
  { name: /^@aws-sdk\//, only: /^adapters\/(aws|store|blobs|keys|job|local)\// },
  { name: /^@duckdb\//, only: /^adapters\/(engine|version|cube|source)\// },
  { name: /^@middy\//, only: /^functions\/edge\// },
  {
    name: /^node:/,
    only: /^(?!adapters\/(client\/(?!nodejs|package)|page\/(manager|owner|operator|parts)\/))/,
  },
] as const;
