/**
 * The rooms of the house: what each may stand on. One test reads every import and fails on whatever is not named here.
 *
 * Sides: PRIVATE sees rows, exact figures or the key of the noise; PUBLIC is what answers at a node, HUB what a hub runs,
 * OWNER what a member sees of its own node; BOTH is pure and anybody's; OUTSIDE puts things together.
 */
export type Side = "PRIVATE" | "PUBLIC" | "HUB" | "OWNER" | "BOTH" | "OUTSIDE";

export interface Room {
  /** A folder, or a file that is a room of its own. */
  readonly at: string;
  readonly side: Side;
  readonly imports: readonly string[];
}

const room = (at: string, side: Side, imports = ""): Room => ({
  at,
  side,
  imports: imports.split(" ").filter((name) => name !== ""),
});

export const rooms: readonly Room[] = [
  room("adapters/blobs", "OUTSIDE", "schemas"),
  room(
    "adapters/client",
    "OUTSIDE",
    "adapters/keys functions/benchlearn functions/shared functions/verify schemas",
  ),
  room("adapters/clock", "OUTSIDE", "schemas"),
  room("adapters/cube", "OUTSIDE", "schemas"),
  room("adapters/engine", "OUTSIDE", "schemas"),
  room("adapters/job", "OUTSIDE", "schemas"),
  room("adapters/keys", "OUTSIDE", "schemas"),
  room(
    "adapters/local",
    "OUTSIDE",
    "adapters/blobs adapters/client adapters/clock adapters/cube adapters/engine adapters/keys adapters/oidc adapters/peer adapters/source adapters/store adapters/version docs/demo functions/agreements functions/answer functions/benchlearn functions/catalogue functions/consent functions/dashboard functions/describe functions/desk functions/formats functions/indicators functions/ingest functions/log functions/members functions/modi functions/owner functions/policy functions/query functions/release functions/release/protect functions/shared functions/statements functions/status functions/token functions/verify schemas",
  ),
  room("adapters/oidc", "OUTSIDE", "schemas"),
  room("adapters/peer", "OUTSIDE", "schemas"),
  room("adapters/source", "OUTSIDE", "schemas"),
  room("adapters/store", "OUTSIDE", "schemas"),
  room("adapters/version", "OUTSIDE", "schemas"),
  room("docs/demo", "OUTSIDE", "schemas"),
  room("docs/examples", "OUTSIDE", ""),
  room("docs/reference", "OUTSIDE", "functions/catalogue schemas"),
  room("docs/tutorial", "OUTSIDE", "docs/demo"),
  room("functions/agreements", "BOTH", "functions/shared schemas"),
  room("functions/answer", "PUBLIC", "functions/formats functions/shared schemas"),
  room("functions/benchlearn", "BOTH", "functions/shared schemas"),
  room("functions/catalogue", "HUB", "functions/formats functions/shared schemas"),
  room("functions/consent", "PRIVATE", "functions/ingest functions/shared schemas"),
  room("functions/dashboard", "BOTH", "functions/shared schemas"),
  room(
    "functions/dashboard/page",
    "OUTSIDE",
    "adapters/client functions/agreements functions/benchlearn functions/formats functions/shared schemas",
  ),
  room("functions/describe", "PRIVATE", "schemas"),
  room("functions/desk", "OWNER", "functions/shared schemas"),
  room("functions/formats", "BOTH", "functions/benchlearn functions/shared schemas"),
  room("functions/indicators", "BOTH", "functions/shared schemas"),
  room("functions/ingest", "PRIVATE", "functions/shared schemas"),
  room("functions/log", "BOTH", "functions/shared schemas"),
  room("functions/members", "BOTH", "functions/shared schemas"),
  room("functions/modi", "HUB", "functions/shared schemas"),
  room(
    "functions/owner",
    "OWNER",
    "functions/agreements functions/log functions/policy functions/release functions/release/protect functions/shared schemas",
  ),
  room("functions/policy", "PRIVATE", "functions/release/protect functions/shared schemas"),
  room("functions/query", "HUB", "functions/formats functions/shared schemas"),
  room("functions/release", "PRIVATE", "functions/release/protect functions/shared schemas"),
  room("functions/release/protect", "PRIVATE", "functions/shared schemas"),
  room("functions/shared", "BOTH", "schemas"),
  room(
    "functions/shared/live",
    "OUTSIDE",
    "adapters/blobs adapters/clock adapters/cube adapters/engine adapters/job adapters/keys adapters/oidc adapters/peer adapters/source adapters/store adapters/version functions/agreements functions/answer functions/catalogue functions/consent functions/desk functions/indicators functions/ingest functions/log functions/members functions/modi functions/owner functions/query functions/release functions/shared functions/statements functions/status functions/token schemas",
  ),
  room("functions/statements", "BOTH", "functions/formats functions/shared schemas"),
  room("functions/status", "BOTH", "functions/shared schemas"),
  room("functions/token", "HUB", "functions/shared schemas"),
  room("functions/verify", "BOTH", "functions/answer functions/query functions/shared schemas"),
  room("infra", "OUTSIDE", "schemas"),
  room("schemas", "BOTH", ""),
];

const AWS = /^(functions\/shared\/live|adapters\/(store|blobs|keys|job|local))\//;

/** Packages that only some rooms may have. */
export const packages = [
  { name: /^@aws-sdk\//, only: AWS },
  { name: /^@duckdb\//, only: /^adapters\/(engine|version|cube|source)\// },
  { name: /^@middy\//, only: /^functions\/([a-z]+\/handler|shared\/http)\.ts$/ },
] as const;
