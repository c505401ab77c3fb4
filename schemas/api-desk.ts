/** The calls of a node's desk, described. Where the owner has named no OpenID provider there are none: 404. */
import * as z from "zod";
import { endpoint, jsonOf } from "./api.ts";
import { DeskKey, DeskKeys, DeskRequest } from "./desk.ts";

const Text = z.string().max(4096);
const LOCATION = { Location: "Where the browser goes next." };
const COOKIE = {
  ...LOCATION,
  "Set-Cookie": "Binds the sign-in to this browser: a secret, for ten minutes.",
};

const shared = {
  at: "node",
  method: "GET",
  serves: "desk",
  tag: "about",
  caller: "anybody",
} as const;

export const deskCalls = [
  endpoint({
    ...shared,
    path: "/desk",
    id: "desk",
    summary: "A person signs in: their browser is sent to their organisation's OpenID provider",
    about:
      "For browsers, which go there as they follow a link. The page made a key for it; what comes back is a session for that key (`tavolo-session+jws`), behind the `#` of the page's address.",
    query: {
      key: { about: "The public half of the browser's key.", schema: DeskKey, required: true },
      return: {
        about:
          "The page to come back to: that of the hub, or the node's own. No other is gone back to.",
        schema: DeskRequest.shape.return,
        required: true,
      },
      state: {
        about: "Random; comes back with the session.",
        schema: DeskRequest.shape.state,
        required: true,
      },
    },
    gives: [{ status: 303, about: "To the provider: authorization code, PKCE.", headers: COOKIE }],
    refusals: ["not-found", "signin-invalid", "unavailable", "conflict"],
  }),
  endpoint({
    ...shared,
    path: "/desk/callback",
    id: "deskCallback",
    summary: "The provider sends the person back, and the desk sends them on to the page",
    about:
      "Registered at the provider as the redirect URI. Behind the `#`: `session` and `state`, or `refused` and `state`.",
    query: {
      code: { about: "The provider's code.", schema: Text },
      state: { about: "As the desk sent it.", schema: Text },
      iss: { about: "Which provider it is (RFC 9207).", schema: Text },
      error: { about: "Why the provider lets nobody in.", schema: Text },
    },
    gives: [{ status: 303, about: "To the page.", headers: LOCATION }],
    refusals: ["not-found", "signin-invalid", "unavailable", "log-unwritten"],
  }),
  endpoint({
    ...shared,
    path: "/desk/jwks.json",
    id: "deskKeys",
    summary: "The desk's own public key as a client of the provider, where it has one",
    gives: [{ status: 200, about: "A key set (RFC 7517).", content: [jsonOf(DeskKeys)] }],
    refusals: ["not-found"],
  }),
] as const;
