/** What members signed about indicators, read: definitions with who proposed and who accepts them. Pure; runs in a browser. */
import * as z from "zod";
import { found } from "../../schemas/found.ts";
import { Indicator, type IndicatorBook, type IndicatorList } from "../../schemas/indicator.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import { Acceptance, Proposal } from "../../schemas/practice.ts";
import { Refused } from "../../schemas/refusal.ts";
import { MemberId } from "../../schemas/words.ts";
import { peek, sha256, type Typ, verifyClaims } from "../signing/jws.ts";

/** What a definition is known by, whatever spaces its file has: the parsed definition, in the order of the schema. */
export const digestOf = (definition: Indicator): string =>
  sha256(JSON.stringify(Indicator.parse(definition)));

/** Every version that was proposed, in the order given, with the members that accept that very definition. */
export function listOf(
  proposals: readonly Proposal[],
  acceptances: readonly Acceptance[],
): IndicatorList {
  const indicators = proposals.map(({ definition, iss }) => {
    const digest = digestOf(definition);
    const accepting = acceptances.filter(({ accepted }) =>
      accepted.some((one) => one.digest === digest),
    );
    return {
      definition,
      digest,
      proposedBy: iss,
      acceptedBy: accepting.map((one) => one.iss).sort(),
    };
  });
  return { v: 1, indicators };
}

/**
 * The version of each indicator that counts: the last one that `member` accepts; where it accepts none, the one that most members accept,
 * and of those the last. A version that somebody proposed changes nobody's figures until others accept it.
 */
export function inUse(
  { indicators }: Pick<IndicatorList, "indicators">,
  member?: string,
): Indicator[] {
  const chosen = new Map<string, IndicatorList["indicators"][number]>();
  const rank = ({ acceptedBy, definition }: IndicatorList["indicators"][number]) => [
    member !== undefined && acceptedBy.includes(member) ? 1 : 0,
    acceptedBy.length,
    definition.version,
  ];
  for (const one of indicators) {
    const held = chosen.get(one.definition.id);
    if (held === undefined || isAbove(rank(one), rank(held))) chosen.set(one.definition.id, one);
  }
  return [...chosen.values()].map(({ definition }) => definition);
}
const isAbove = (a: readonly number[], b: readonly number[]): boolean => {
  const at = a.findIndex((one, k) => one !== b[k]);
  return at >= 0 && found(a[at]) > found(b[at]);
};

const Signed = z.object({ iss: MemberId });

/**
 * The list as the members signed it, whatever the hub says: each definition by who proposed it, each acceptance by who accepts. What is
 * signed and in a form that is not known here, of another release say, is passed over: the others stay. Throws `Refused`
 * signature-invalid where one does not verify, or two define one version.
 */
export async function readBook(
  { proposals, acceptances }: IndicatorBook,
  members: readonly DirectoryEntry[],
  now: number,
): Promise<IndicatorList> {
  const read = async <T>(all: readonly string[], typ: Typ, schema: z.ZodType<T>): Promise<T[]> => {
    const said = await Promise.all(
      all.map(async (jws) => {
        const keys = members.find(({ id }) => id === peek(jws, Signed).iss)?.keys ?? [];
        return schema.safeParse(
          (await verifyClaims(jws, typ, { keys, use: "member", now, lasting: true })).claims,
        );
      }),
    );
    return said.flatMap(({ success, data }) => (success ? [data] : []));
  };
  const proposed = await read(proposals, "tavolo-indicator+jws", Proposal);
  const accepted = await read(acceptances, "tavolo-acceptance+jws", Acceptance);
  const versions = proposed.map(({ definition: { id, version } }) => `${id} ${version}`);
  if (new Set(versions).size !== versions.length)
    throw new Refused("signature-invalid", "one version of an indicator is defined twice");
  if (new Set(accepted.map(({ iss }) => iss)).size !== accepted.length)
    throw new Refused("signature-invalid", "a member accepts twice");
  return listOf(proposed, accepted);
}
