/**
 * What goes by time alone: rows whose retention has ended, and persons whose consent has. Started by a schedule, and by nobody's wish.
 * Top to bottom: finishRotation → versionInForce → settle → endConsents → forgetKeys → log → issue.
 */

import { found } from "../../../schemas/found.ts";
import { version } from "../../../schemas/items/keep.ts";
import { dayOf } from "../../disclosure/calendar.ts";
import { consentOf } from "../../disclosure/persons.ts";
import { putNew } from "../../store/stored.ts";
import { consentEventsOf, consentInForce, eventItem } from "../consent-register.ts";
import { inParallel } from "../in-parallel.ts";
import { keysIfThere } from "../pseudonymise.ts";
import { finishRotation, forgetKeys } from "../rekey.ts";
import { rewrite, versionInForce } from "../version-store.ts";
import { settle } from "../withdrawn.ts";
import { issue, type Signed } from "./receipts.ts";
import type { WithdrawDeps } from "./withdraw.ts";

const NOTE = {
  it: "Righe giunte alla fine del tempo di conservazione, o del consenso, non sono più conservate.",
  en: "Rows that came to the end of the time they are kept, or of their consent, are not stored any more.",
};

/**
 * Finishes whatever waits in a dataset, and takes out what has run out. A receipt where there was something; it says neither whose nor
 * how many rows. Doing it again is always safe.
 */
export async function runOut(deps: WithdrawDeps, dataset: string): Promise<Signed | undefined> {
  const now = deps.clock();
  const today = dayOf(now);
  await finishRotation(deps, dataset, now);
  const before = (await versionInForce(deps.store, dataset))?.pointer;
  if (before === undefined) return undefined;
  await settle(deps, dataset, now);
  const consentsEnded = (before.consentUntil ?? "9999") <= today;
  if (consentsEnded) await endConsents(deps, dataset, now);
  // what has gone may have been the last that needed the keys of before
  if (await forgetKeys(deps, dataset, now))
    await deps.log("destruction", { dataset, as: "former-keys" });
  if (!consentsEnded && (before.until ?? "9999") > today) return undefined;
  await deps.log("erasure", { dataset, as: "retention" });
  return issue(deps, { dataset, kind: "retention", at: now, note: NOTE }, now);
}

/** Persons whose consent has ended leave the rows; nothing keeps them from coming back with a new one. */
async function endConsents(deps: WithdrawDeps, dataset: string, now: number): Promise<void> {
  const { pointer } = found(await versionInForce(deps.store, dataset));
  const source = consentOf(pointer.descriptor);
  if (source === undefined) return;
  const today = dayOf(now);
  const keys = await keysIfThere(deps, dataset);
  const epoch = keys?.epoch ?? pointer.epoch;
  const names: string[] = [];
  let until: string | undefined;
  for (const [name, events] of await consentEventsOf(deps.store, dataset, keys)) {
    const stands = consentInForce(events, source, today);
    if (stands === undefined && ["given", "renewed"].includes(found(events.at(-1)).state))
      names.push(name);
    if (stands?.until !== undefined && (until === undefined || stands.until < until))
      until = stands.until;
  }
  await rewrite(deps, dataset, { gone: [{ names, epoch }], today, consents: { until } });
  await inParallel(names, (name) =>
    putNew(
      deps.store,
      eventItem(
        dataset,
        name,
        { state: "expired", at: now, noted: now, epoch, by: "time" },
        "expired",
      ),
    ),
  );
}

/** The datasets of which there are rows. */
export async function datasetsOf({ store }: Pick<WithdrawDeps, "store">): Promise<string[]> {
  const datasets: string[] = [];
  for await (const { sk } of store.query(version.pk)) datasets.push(sk);
  return datasets;
}
