/** One member's part of a question: something, or the reason why not. The failure of a member is data, never an exception. */
import type { Refused } from "../../schemas/refusal.ts";
import { refusalOf } from "../edge/fault.ts";

export type MemberPart<T extends object> = { readonly member: string } & (
  | T
  | { readonly refused: Refused }
);

export const isRefused = <T extends object>(
  part: MemberPart<T>,
): part is { readonly member: string; readonly refused: Refused } => "refused" in part;

/** Never rejects. A fault of the hub's own is `internal`, and the outcome says whose it is: no member is accused of it. */
export async function partOf<T extends object>(
  member: string,
  work: () => Promise<T> | T,
): Promise<MemberPart<T>> {
  try {
    return { member, ...(await work()) };
  } catch (error) {
    return { member, refused: refusalOf(error, "the hub itself failed here, and not this member") };
  }
}
