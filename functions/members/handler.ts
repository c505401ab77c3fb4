/** Where members say who they are. An entry proves itself, so no token is asked for. Wiring only. */
import { MemberPost } from "../../schemas/member.ts";
import { type Edge, http, json, jsonBodyOf, routed } from "../edge/http.ts";
import { type MembersDeps, registerMember } from "./members.ts";

export function edge(deps: MembersDeps): Edge {
  return http(
    routed({
      "POST /v1/members": async (event) => {
        const { id, iat } = await registerMember(deps, jsonBodyOf(event, MemberPost));
        return json({ v: 1, id, iat });
      },
    }),
  );
}
