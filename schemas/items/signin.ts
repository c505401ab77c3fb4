/** Sign-ins under way at a node's desk. */
import * as z from "zod";
import { Signin } from "../desk.ts";
import { item } from "./item.ts";

export const signin = item({
  at: ["node"],
  pk: "desk#signin",
  sk: "{digest}",
  body: z.union([Signin, z.strictObject({})]),
  reads: [],
  writes: ["desk"],
  removes: [],
  example: ["desk#signin", "q83v…"],
  about:
    "a sign-in under way: `request` (`key`, `return`, `state`), `place`, and the secrets for the provider; under the digest of what the browser holds. Used, it is empty",
  condition: "absent; then revision as read",
  ends: "10 minutes",
});
