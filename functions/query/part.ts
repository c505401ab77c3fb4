/** One member's part of a question: something, or the reason why not. The failure of a member is data, never an exception. */
import { Refused } from "../../schemas/refusal.ts";

export type MemberPart<T extends object> = { readonly member: string } & (
  | T
  | { readonly refused: Refused }
);

export const isRefused = <T extends object>(
  part: MemberPart<T>,
): part is { readonly member: string; readonly refused: Refused } => "refused" in part;

/** Never rejects. A fault that has no name in the table of refusals becomes `otherwise`; its own text goes nowhere. */
export async function partOf<T extends object>(
  member: string,
  work: () => Promise<T> | T,
  otherwise: "unreachable" | "answer-invalid" = "unreachable",
): Promise<MemberPart<T>> {
  try {
    return { member, ...(await work()) };
  } catch (error) {
    return { member, refused: error instanceof Refused ? error : new Refused(otherwise) };
  }
}
