/** The owner's commands about persons: who leaves, who is erased, who consents; the key of pseudonyms; what a node does by itself. */
import { writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { accept } from "../../../functions/disclosure/descriptor-rules.ts";
import { erase } from "../../../functions/keep/consent/erase.ts";
import { countNamed, type People, type Signed } from "../../../functions/keep/consent/receipts.ts";
import { recordConsent } from "../../../functions/keep/consent/record-consent.ts";
import { exportConsents } from "../../../functions/keep/consent/records.ts";
import { readmit, withdraw } from "../../../functions/keep/consent/withdraw.ts";
import { destroyKeys, forgetKeys, rotate } from "../../../functions/keep/rekey.ts";
import { versionInForce } from "../../../functions/keep/version-store.ts";
import type { Leave } from "../../../schemas/consent.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { consentDeps } from "../../local/private-side.ts";
import { doneLine, runSchedule } from "../../local/schedule.ts";
import { confirm } from "../confirm.ts";
import { clockNote, context, memberOf, readJson, withStores } from "./context.ts";

interface Owner {
  readonly as: string;
  readonly state?: string;
}
interface Named extends Owner {
  readonly pseudonym?: string[];
  readonly epoch?: string;
  readonly identifiers?: boolean;
  readonly yes?: boolean;
}
type Deps = Awaited<ReturnType<typeof consentDeps>>;

/** Runs as the keep of one member's node. */
async function asKeep(options: Owner, work: (deps: Deps) => Promise<void>): Promise<void> {
  const ctx = await context(options.state);
  const { id } = memberOf(ctx, options.as);
  await withStores(ctx, async (stores) =>
    work(await consentDeps(ctx.at, id, await stores.store(id), ctx.clock)),
  );
}

/** Persons as a command names them: pseudonyms as options, identifiers on standard input, one person a line, parts separated by `;`. */
async function peopleOf({ pseudonym = [], epoch, identifiers }: Named): Promise<People> {
  const people: string[][] = [];
  if (identifiers)
    for await (const line of createInterface({ input: process.stdin }))
      if (line.trim() !== "") people.push(line.split(";").map((part) => part.trim()));
  if (epoch !== undefined && !/^\d{1,4}$/.test(epoch))
    throw new Refused("body-invalid", "--epoch takes the number that the receipt says");
  return {
    pseudonyms: pseudonym,
    identifiers: people,
    ...(epoch === undefined ? {} : { epoch: Number(epoch) }),
  };
}

const counted = (many: number, one: string) => `${many} ${one}${many === 1 ? "" : "s"}`;

/** Persons whose form was looked at, and whose number was asked about: a slip would be noted for somebody else, and leave them in. */
async function askedAbout(
  { store }: Deps,
  dataset: string,
  options: Named,
  what: string,
  described?: unknown,
): Promise<{ people: People; persons: string }> {
  const people = await peopleOf(options);
  const held = (await versionInForce(store, dataset))?.pointer;
  const descriptor = held?.descriptor ?? (described === undefined ? undefined : accept(described));
  const many = await countNamed(people, descriptor && { descriptor });
  if (many === 0) throw nobody();
  const lines = (people.pseudonyms?.length ?? 0) + (people.identifiers?.length ?? 0);
  const persons = counted(many, "person");
  await confirm(
    `${dataset}: ${what} of ${persons} (${counted(lines, "line")}) is to be noted.`,
    options.yes,
  );
  return { people, persons };
}

/** What is said of a request, to whoever was named: the same where they were never there. */
const noted = (persons: string, more: string) => console.error(`Noted for ${persons}. ${more}`);
const fromWhen = (signed: Signed | undefined): string => {
  const day = signed?.receipt.countedNoLongerFrom;
  return day
    ? `The release of ${day} and those after it do not count them.`
    : "No release made from now on counts them; no date is set for the next one.";
};

const nobody = () =>
  new Refused(
    "body-invalid",
    "nobody was named; give --pseudonym P, or --identifiers and one person a line on standard input",
  );

/** A receipt as a clerk reads it, with its signed form. */
const plain = ({ receipt: { v: _, iss, iat: __, subject, ...said }, jws }: Signed) => ({
  member: iss,
  ...(subject ?? {}),
  ...said,
  receipt: jws,
});

function show(receipts: readonly Signed[]): void {
  if (receipts.length === 0) throw nobody();
  for (const receipt of receipts) console.log(JSON.stringify(plain(receipt), null, 2));
}

export const withdrawCommand = (
  dataset: string,
  options: Named & { as: string; kind?: Leave; end?: boolean },
) =>
  asKeep(options, async (deps) => {
    const { kind, end } = options;
    const what = end
      ? "the end of an objection or restriction"
      : (kind ?? "withdrawal or objection");
    const { people, persons } = await askedAbout(deps, dataset, options, what);
    if (end) {
      await readmit(deps, { dataset, ...people });
      const more =
        "Where an objection or a restriction stood, it has ended: rows come back with the next file.";
      return noted(persons, `${more} Withdrawn consent is given anew: tavolo consent give`);
    }
    const receipts = await withdraw(deps, { dataset, ...people, ...(kind ? { kind } : {}) });
    show(receipts);
    noted(persons, fromWhen(receipts[0]));
  });

export const eraseCommand = (dataset: string, options: Named) =>
  asKeep(options, async (deps) => {
    const { people, persons } = await askedAbout(deps, dataset, options, "erasure");
    const signed = await erase(deps, { dataset, ...people });
    show(signed === undefined ? [] : [signed]);
    noted(persons, fromWhen(signed));
  });

interface Giving extends Named {
  readonly consent?: "given" | "renewed" | "refused" | "requested" | "invalidated";
  readonly on?: string;
  readonly until?: string;
  readonly descriptor?: string;
}
export const giveCommand = (
  dataset: string,
  { consent, on, until, descriptor, ...options }: Giving,
) =>
  asKeep(options, async (deps) => {
    const said = {
      ...(consent ? { state: consent } : {}),
      ...(on ? { on } : {}),
      ...(until ? { until } : {}),
    };
    const described = descriptor === undefined ? undefined : await readJson(descriptor);
    const what = `consent (${consent ?? "given"})`;
    const { people, persons } = await askedAbout(deps, dataset, options, what, described);
    const receipts = await recordConsent(deps, {
      ...{ dataset, ...people, ...said },
      ...(described === undefined ? {} : { descriptor: described }),
    });
    show(receipts);
    noted(persons, "Each has a receipt.");
  });

export const exportCommand = (dataset: string, options: Named & { out?: string }) =>
  asKeep(options, async (deps) => {
    const text = `${JSON.stringify(await exportConsents(deps, { dataset, ...(await peopleOf(options)) }), null, 2)}\n`;
    if (options.out === undefined) process.stdout.write(text);
    else await writeFile(options.out, text, { mode: 0o600 });
  });

export const rotateCommand = (dataset: string, options: Owner) =>
  asKeep(options, async (deps) => {
    const epoch = await rotate(deps, dataset, deps.clock());
    await deps.log("rotation", { dataset, epoch });
    console.log(
      `${dataset}: pseudonyms are under a new key (epoch ${epoch}). Old ones and new ones cannot be linked without it.`,
    );
    if (!(await forgetKeys(deps, dataset, deps.clock()))) return;
    await deps.log("destruction", { dataset, as: "former-keys" });
    console.log("Nothing is stored that needed the former keys: they are gone.");
  });

export const destroyCommand = (dataset: string, options: Owner & { yes?: boolean }) =>
  asKeep(options, async (deps) => {
    if (!options.yes)
      throw new Refused(
        "body-invalid",
        "this cannot be undone: nobody in the dataset can be found by identifier again, and no file can be taken in. Say --yes",
      );
    await destroyKeys(deps, dataset, deps.clock());
    await deps.log("destruction", { dataset });
    console.log(
      `${dataset}: the key of the pseudonyms is destroyed. Copies in backups are yours to destroy.`,
    );
  });

export async function scheduleCommand(options: Owner & { json?: boolean }): Promise<void> {
  const ctx = await context(options.state);
  const { id } = memberOf(ctx, options.as);
  await withStores(ctx, async (stores) => {
    const done = await runSchedule(ctx.at, id, await stores.store(id), ctx.clock);
    if (options.json) return void console.log(JSON.stringify(done));
    const note = clockNote(ctx);
    for (const line of [...(note ? [note] : []), ...done.map(doneLine)]) console.log(line);
    if (done.length === 0) console.log("Nothing was due.");
    if (done.some(({ what }) => what === "refused" || what === "failed")) process.exitCode = 1;
  });
}
