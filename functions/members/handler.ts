/** Where members say who they are. An entry proves itself, so no token is asked for. Wiring only. */
import { type Edge, json } from "../edge/http.ts";
import { serving } from "../edge/serving.ts";
import { type MembersDeps, registerMember } from "./members.ts";

export function edge(deps: MembersDeps): Edge {
  return serving("members", {
    enterMember: async (_, body) => {
      const { id, iat } = await registerMember(deps, body());
      return json({ v: 1, id, iat });
    },
  });
}
