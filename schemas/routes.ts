/**
 * Every address that answers, once, in the order of the reference: the local server, the CDK stacks, the edge and the reference are
 * made of these declarations. Where one is `both`, a hub and a node have it each.
 */
import type { Endpoint, Place } from "./api.ts";
import { askingCalls } from "./api-asking.ts";
import { documentCalls, logCalls, pageCalls, statusCall } from "./api-both.ts";
import { deskCalls } from "./api-desk.ts";
import { hubCalls } from "./api-hub.ts";
import { hearingCalls, releaseCalls } from "./api-node.ts";
import { ownerCalls } from "./api-owner.ts";

export const endpoints = [
  ...askingCalls,
  ...hubCalls,
  ...releaseCalls,
  ...logCalls,
  ...hearingCalls,
  ...ownerCalls,
  ...deskCalls,
  ...pageCalls,
  ...documentCalls,
  ...statusCall,
] as const;

/** An endpoint where it answers. */
export interface Route extends Endpoint {
  readonly at: Place;
}
const at = (place: Place): Route[] =>
  (endpoints as readonly Endpoint[])
    .filter((one) => one.at === place || one.at === "both")
    .map((one) => ({ ...one, at: place }));

export const routes: readonly Route[] = [...at("hub"), ...at("node")];
