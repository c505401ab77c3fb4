/** `tavolo agreement propose`: terms from a file, from options, and for the rest as usual, said aloud. */
import { draftAgreement, signAgreement } from "../../../functions/agreements/agreements.ts";
import { defaultTerms } from "../../../functions/agreements/terms.ts";
import { rulesOfKind } from "../../../functions/disclosure/kinds.ts";
import { type Agreement, type Terms, TermsFile } from "../../../schemas/agreement.ts";
import type { Offered } from "../../../schemas/catalogue.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { offeredBy, registerAt, tellBoth } from "../../local/agreeing.ts";
import { keyOf } from "../../local/members.ts";
import {
  type AgreementContext,
  agreementContext,
  describe,
  entryIn,
  report,
  type Shared,
} from "./agreement-desk.ts";
import { context, dateOf, readJson } from "./context.ts";

export interface ProposeOptions extends Shared {
  readonly purpose?: string;
  readonly terms?: string;
  readonly calls?: string;
  readonly until?: string;
  readonly dryRun?: boolean;
}

/** What was not said, and is taken from `defaultTerms`; the purpose and its words may come from an agreement that exists. */
async function termsFrom(
  { hub, now }: AgreementContext,
  { purpose, terms, calls, until }: ProposeOptions,
): Promise<{ terms: Terms; usual: string[] }> {
  const { v: _, ...file }: TermsFile =
    terms === undefined ? { v: 1 } : fileOf(terms, await readJson(terms));
  const said = {
    ...file,
    ...(purpose === undefined ? {} : { purpose: await purposeOf(hub, purpose, file.purpose) }),
    ...(calls === undefined ? {} : { callsADay: Number(calls) }),
    ...(until === undefined ? {} : { until: Math.floor(dateOf(until).getTime() / 1000) }),
  };
  const usual = defaultTerms(now);
  return {
    terms: { ...usual, ...said } as Terms,
    usual: Object.keys(usual).filter((part) => !(part in said)),
  };
}

function fileOf(name: string, value: unknown): TermsFile {
  const read = TermsFile.safeParse(value);
  if (read.success) return read.data;
  const errors = read.error.issues.map(({ path, message }) => ({
    pointer: `/${path.join("/")}`,
    detail: message,
  }));
  throw new Refused("body-invalid", {
    detail: `${name} is not in the form of docs/how-to/agreements.md`,
    errors,
  });
}

async function purposeOf(
  hub: string,
  id: string,
  written: Terms["purpose"] | undefined,
): Promise<Terms["purpose"]> {
  if (written !== undefined && written.id !== id)
    throw new Refused(
      "body-invalid",
      `--purpose and the file name two purposes; the file has ${written.id}`,
    );
  const usual = defaultTerms(0).purpose;
  const known =
    written ??
    (id === usual.id
      ? usual
      : (await registerAt(hub)).agreements.find(({ purpose }) => purpose.id === id)?.purpose);
  if (known !== undefined) return known;
  throw new Refused(
    "body-invalid",
    `nobody here has agreed on the purpose ${id} yet; say what it is in a file, with --terms`,
  );
}

/** A number between the two that is free, and nothing of theirs on this dataset that waits for a signature. */
async function nextNumber(hub: string, stem: string): Promise<number> {
  const before = (await registerAt(hub)).agreements.filter(({ id }) => id.startsWith(stem));
  const open = before.find(({ state }) => state === "proposed");
  if (open !== undefined)
    throw new Refused(
      "conflict",
      `${open.id} waits for ${open.awaits.join(", ")} to sign; take it back first: npx tavolo agreement revoke ${open.id}`,
    );
  return Math.max(0, ...before.map(({ id }) => Number(id.slice(stem.length)))) + 1;
}

export async function proposeCommand(
  provider: string,
  dataset: string,
  options: ProposeOptions,
): Promise<void> {
  const at = await agreementContext(options);
  const { ctx, member, hub, entries, now } = at;
  const [own, other] = [entryIn(entries, member.id), entryIn(entries, provider)];
  if (own.id === other.id)
    throw new Refused("body-invalid", "own data need no agreement: ask away");
  const { offered, there, outcome } = await offeredBy(hub, provider, dataset);
  if (offered === undefined)
    throw new Refused(
      "unknown-dataset",
      outcome
        ? `what ${provider} offers cannot be seen now (${outcome})`
        : `${provider} offers ${there.join(", ") || "nothing yet"}`,
    );
  if (rulesOfKind(offered.kind).access === "anybody")
    throw new Refused(
      "body-invalid",
      `${dataset} of ${provider} is open: ask away, no agreement is needed`,
    );
  const { terms, usual } = await termsFrom(at, options);
  unknownNames(terms, offered);
  const { responsibility } = offered;
  const number = await nextNumber(hub, `${member.id}/${provider}/${dataset}/`);
  const draft = drafted(
    { consumer: own, provider: other, dataset, responsibility, number, ...terms },
    member.id,
    now,
  );
  describe(draft, options, { offered, entries });
  if (usual.length > 0)
    console.log(
      `\nNobody said otherwise, so these are as usual (--terms FILE says otherwise): ${usual.join(", ")}.`,
    );
  if (options.dryRun) return void console.log("\nNothing was sent.");
  const agreement = await signAgreement(await keyOf(ctx.at, member.id, "member"), draft);
  report(await tellBoth(hub, undefined, { agreement, events: [] }), draft.id);
  console.log(
    `\n${draft.id} is proposed. ${provider} reads it, and signs: npx tavolo agreement sign ${draft.id}`,
  );
}

function drafted(draft: Parameters<typeof draftAgreement>[0], by: string, now: number): Agreement {
  try {
    return draftAgreement(draft, by, now);
  } catch (error) {
    const issues = (
      error as { issues?: readonly { path: readonly PropertyKey[]; message: string }[] }
    ).issues;
    if (issues === undefined) throw error;
    const errors = issues.map(({ path, message }) => ({
      pointer: `/${path.map(String).join("/")}`,
      detail: message,
    }));
    throw new Refused("body-invalid", { detail: "the terms do not go together", errors });
  }
}

/** Names of fields and dimensions that the release does not have: an agreement on them would allow nothing. */
function unknownNames({ measures, dimensions }: Terms, { fields, axes }: Offered): void {
  const strange = (named: "all" | readonly string[], known: readonly { id: string }[]) =>
    named === "all" ? [] : named.filter((id) => !known.some((one) => one.id === id));
  const [field] = strange(measures, fields);
  if (field !== undefined)
    throw new Refused(
      "unknown-field",
      `${field}; there are ${fields.map(({ id }) => id).join(", ")}`,
    );
  const [axis] = strange(dimensions, axes);
  if (axis !== undefined)
    throw new Refused(
      "unknown-dimension",
      `${axis}; there are ${axes.map(({ id }) => id).join(", ")}`,
    );
}

/** The usual terms, as a file to start from. */
export async function termsCommand(options: Shared): Promise<void> {
  const { from: _, until: __, ...terms } = defaultTerms((await context(options.state)).clock());
  console.log(JSON.stringify({ v: 1, ...terms } satisfies TermsFile, null, 2));
}
