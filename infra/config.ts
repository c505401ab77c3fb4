/** What a deployment is told: one file. An operator's has a hub, a city's one node; both together serve a trial. */
import { readFileSync } from "node:fs";
import * as z from "zod";
import { OidcConfig } from "../schemas/desk.ts";
import { MemberId, Period, Slug } from "../schemas/words.ts";

const NodeParts = z.strictObject({
  member: MemberId,
  /** Whose envelopes the node takes. */
  hub: MemberId,
  /** What the release function is started for each night. Which day a release is due on, the descriptor's calendar says. */
  releases: z.array(z.strictObject({ dataset: Slug, period: Period })).default([]),
  /** Where the hub answers: the owner's page reads its register of agreements. */
  hubUrl: z.url({ protocol: /^https$/ }).optional(),
  /** With which OpenID provider people sign in, to the hub's page and to the node's own; then `hubUrl` must be there. */
  oidc: OidcConfig.optional(),
});
export const NodeConfig = NodeParts.refine(
  ({ oidc, hubUrl }) => oidc === undefined || hubUrl !== undefined,
  "oidc goes with hubUrl",
).refine(
  ({ oidc }) => oidc === undefined || oidc.issuer.startsWith("https:"),
  "a provider has TLS",
);
export type NodeConfig = z.infer<typeof NodeConfig>;

export const HubConfig = z.strictObject({ member: MemberId });
export type HubConfig = z.infer<typeof HubConfig>;

export const FederationConfig = z
  .strictObject({
    /** AWS region; the account is that of whoever deploys. */
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
    hub: HubConfig.optional(),
    nodes: z.array(NodeConfig).default([]),
  })
  .refine(
    ({ nodes }) => new Set(nodes.map(({ member }) => member)).size === nodes.length,
    "a member runs one node",
  );
export type FederationConfig = z.infer<typeof FederationConfig>;

export const readConfig = (file: string): FederationConfig =>
  FederationConfig.parse(JSON.parse(readFileSync(file, "utf8")));
