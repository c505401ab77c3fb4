/** The owner's commands about persons: who leaves, who is erased, who consents; the key of pseudonyms; what a node does by itself. */
import { writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { erase } from "../../../functions/keep/consent/erase.ts";
import type { People, Signed } from "../../../functions/keep/consent/receipts.ts";
import { recordConsent } from "../../../functions/keep/consent/record-consent.ts";
import { exportConsents } from "../../../functions/keep/consent/records.ts";
import { readmit, withdraw } from "../../../functions/keep/consent/withdraw.ts";
import { destroyKeys, forgetKeys, rotate } from "../../../functions/keep/rekey.ts";
import type { Leave } from "../../../schemas/consent.ts";
import { Refused } from "../../../schemas/refusal.ts";
import { consentDeps } from "../../local/private-side.ts";
import { doneLine, runSchedule } from "../../local/schedule.ts";
import { clockNote, context, memberOf, readJson, withStores } from "./context.ts";

interface Owner {
  readonly as: string;
  readonly state?: string;
}
interface Named extends Owner {
  readonly pseudonym?: string[];
  readonly epoch?: string;
  readonly identifiers?: boolean;
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
    const people = await peopleOf(options);
    if (!options.end)
      return show(
        await withdraw(deps, {
          dataset,
          ...people,
          ...(options.kind ? { kind: options.kind } : {}),
        }),
      );
    const ended = await readmit(deps, { dataset, ...people });
    console.log(
      `${ended} let in again: their rows come back with the next file. Withdrawn consent is given anew: tavolo consent give`,
    );
  });

export const eraseCommand = (dataset: string, options: Named) =>
  asKeep(options, async (deps) => {
    const signed = await erase(deps, { dataset, ...(await peopleOf(options)) });
    show(signed === undefined ? [] : [signed]);
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
    const described = descriptor === undefined ? {} : { descriptor: await readJson(descriptor) };
    show(
      await recordConsent(deps, { dataset, ...(await peopleOf(options)), ...said, ...described }),
    );
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
