/** What will be asked of whom. A member whose release cannot answer the question is not asked; the reason is its outcome. */
import type { Query } from "../../schemas/query.ts";
import { type Reason, Refused } from "../../schemas/refusal.ts";
import { type Plan, planFor } from "../disclosure/figure-plan.ts";
import type { Allowed, Authorised } from "./authorise.ts";
import { isRefused, type MemberPart } from "./part.ts";

export interface Asked extends Allowed {
  readonly plan: Plan;
}

/** What a member's own trouble is called: it stays visible in the answer, even where no other member answers. */
const TROUBLE: readonly Reason[] = ["unreachable", "too-slow", "answer-invalid"];

/** A question that the members who will be asked can answer. Only `plan` can make one. */
export class Planned {
  readonly #parts: readonly MemberPart<Asked>[];
  readonly query: Query;
  readonly jws: string;
  private constructor({ query, jws }: Authorised, parts: readonly MemberPart<Asked>[]) {
    this.query = query;
    this.jws = jws;
    this.#parts = parts;
  }
  get parts(): readonly MemberPart<Asked>[] {
    return this.#parts;
  }

  /** Throws the `Refused` that all members share, where nobody is left to ask: then the fault is in the question. */
  static plan(authorised: Authorised): Planned {
    const parts = authorised.parts.map(
      (part): MemberPart<Asked> => (isRefused(part) ? part : planned(part, authorised.query)),
    );
    const refused = parts.filter(isRefused);
    const [first] = refused;
    const shared =
      refused.length === parts.length &&
      refused.every((part) => part.refused.reason === first?.refused.reason);
    if (shared && first !== undefined && !TROUBLE.includes(first.refused.reason))
      throw first.refused;
    return new Planned(authorised, parts);
  }
}

function planned(part: { readonly member: string } & Allowed, query: Query): MemberPart<Asked> {
  try {
    return { ...part, plan: planFor(query, part.manifest) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { member: part.member, refused: error };
  }
}
