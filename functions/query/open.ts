/**
 * A link to a table of open data, which anybody may follow: the hub asks by itself, and says so. The statement's question is signed
 * by the hub, with the hub's key; no agreement pins that key, so that no node gives it more than what is open to all.
 * Top to bottom: openMembers → byHub → authorise → plan → fanOut → signStatement.
 */

import { ifRefused } from "../../schemas/caught.ts";
import type { DirectoryEntry } from "../../schemas/member.ts";
import { Question } from "../../schemas/query.ts";
import { Refused } from "../../schemas/refusal.ts";
import { rulesOfKind } from "../disclosure/kinds.ts";
import { recordRefusal } from "../log/record-refusal.ts";
import type { Directory } from "../members/directory.ts";
import type { AskDeps } from "./ask.ts";
import { Authenticated } from "./authenticate.ts";
import { Authorised } from "./authorise.ts";
import { Collected } from "./fan-out.ts";
import { Planned } from "./plan.ts";
import { signStatement } from "./statement.ts";

export interface OpenDeps extends AskDeps {
  readonly directory: Pick<Directory, "some" | "all">;
}

/** A question as its link has it. Without members, everybody who offers the dataset openly is asked. */
type OpenQuestion = Omit<Question, "members" | "purposeId"> & {
  readonly members: readonly string[];
};

/** Throws `Refused` as `ask` does; token-missing where the dataset is not open. */
export async function askOpen(deps: OpenDeps, asked: OpenQuestion): Promise<string> {
  const now = deps.clock();
  const { dataset, period } = asked;
  try {
    const members = await openMembers(deps, asked, now);
    const question = Question.safeParse({ ...asked, members });
    if (!question.success)
      throw new Refused("query-invalid", { errors: pointersOf(question.error.issues) });
    const authenticated = await Authenticated.byHub(deps.hub, deps.signer, question.data, now);
    const authorised = await Authorised.authorise(withoutAgreements(deps), authenticated, now);
    const planned = Planned.plan(authorised);
    const collected = await Collected.fanOut(deps, planned, now);
    return await signStatement(deps, collected, now);
  } catch (error) {
    // names only where they are names: the rest of a link is whatever somebody wrote
    const names =
      Question.pick({ dataset: true, period: true }).safeParse({ dataset, period }).data ?? {};
    await recordRefusal(deps.log, error, { at: "tables", ...names }, now);
    throw error;
  }
}

/** Whatever the hub itself may have agreed with anybody, it is not the hub who wants to know. */
const withoutAgreements = (deps: OpenDeps): OpenDeps => ({
  ...deps,
  agreements: { of: async () => [], used: async () => {} },
});

const pointersOf = (
  issues: readonly { readonly path: readonly PropertyKey[]; readonly code: string }[],
) => issues.map(({ path, code }) => ({ pointer: `/${path.map(String).join("/")}`, detail: code }));

/** Who is asked: those that were named, else those who have it and give it to everybody. */
async function openMembers(
  deps: OpenDeps,
  { members, dataset, period }: OpenQuestion,
  now: number,
): Promise<string[]> {
  // what a hub may ask of its own node it may ask as a member, and not for strangers
  if (members.includes(deps.hub))
    throw new Refused("token-missing", "the operator's own data is not behind a link");
  const entries =
    members.length > 0 ? [...(await deps.directory.some(members)).values()] : await everybody(deps);
  const access = await Promise.all(
    entries.map((entry) => accessTo(deps, entry, dataset, period, now)),
  );
  if (access.includes("agreement") && !access.includes("anybody"))
    throw new Refused(
      "token-missing",
      "this dataset is not open: sign the question, and send it to /v1/query",
    );
  if (members.length > 0) return [...members];
  const open = entries.filter((_, at) => access[at] === "anybody");
  if (open.length === 0)
    throw new Refused("unknown-dataset", `nobody offers ${dataset} of ${period} openly`);
  return open.map(({ id }) => id);
}

const everybody = async ({ directory, hub }: OpenDeps): Promise<DirectoryEntry[]> =>
  (await directory.all()).filter(({ id, url }) => url !== undefined && id !== hub);

/** Who may have it; undefined where it cannot be seen now, is not there, or is of a kind that nobody knows. */
const accessTo = (
  { offers }: OpenDeps,
  entry: DirectoryEntry,
  dataset: string,
  period: string,
  now: number,
) =>
  offers
    .release(entry, dataset, period, now)
    .then(({ kind }) => rulesOfKind(kind).access)
    .catch(ifRefused(undefined));
