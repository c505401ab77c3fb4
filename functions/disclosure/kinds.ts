/** What each kind of dataset is, and who may have its figures. A kind that is not here is closed to everybody. */
import { unhandled } from "../../schemas/refusal.ts";
import type { DatasetKind } from "../../schemas/words.ts";

interface KindRules {
  /** `agreement`: members with an agreement in force. `anybody`: open data. */
  readonly access: "agreement" | "anybody";
  /** What a count is of: a subject, however many rows it has, or a row about nobody. */
  readonly per: "subject" | "row";
}

/** Throws `Refused` descriptor-invalid for a kind that nobody has given rules. */
export function rulesOfKind(kind: DatasetKind): KindRules {
  switch (kind) {
    case "records":
      return { access: "agreement", per: "subject" };
    case "statistics":
      return { access: "anybody", per: "row" };
    case "register":
      return { access: "anybody", per: "row" };
    default:
      return unhandled(kind, "descriptor-invalid");
  }
}
