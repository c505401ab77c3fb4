/** Whom a hub trusts to issue tokens besides itself. */
import { Issuer } from "../pdnd.ts";
import { item } from "./item.ts";

export const issuer = item({
  at: ["hub"],
  pk: "hub#issuer",
  sk: "{issuer}",
  body: Issuer,
  reads: ["query", "statements"],
  writes: [],
  removes: [],
  byHand: "the operator",
  example: ["hub#issuer", "uat.interop.pagopa.it"],
  about: "another issuer of tokens that the hub trusts, with what it expects of them",
  condition: "absent; then revision as read",
  ends: "when the operator drops it",
});
