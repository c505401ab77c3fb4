/** One agreement of the demonstration that is only proposed, so that an owner has something to decide. Done again, nothing changes. */

import { cities } from "../../docs/demo/cities.ts";
import { citiesOf, themes } from "../../docs/demo/themes.ts";
import { draftAgreement, signAgreement } from "../../functions/agreements/agreements.ts";
import { hubAgreements } from "../../functions/agreements/hub-agreements.ts";
import { receive } from "../../functions/agreements/receive.ts";
import { storeLog } from "../../functions/log/append.ts";
import { directory } from "../../functions/members/directory.ts";
import { found } from "../../schemas/found.ts";
import type { Clock, Store } from "../../schemas/ports.ts";
import { keyOf } from "../local/members.ts";
import type { Paths } from "../local/state.ts";

/** A city asks `owner` for the counts of a theme of which it has no data itself, 500 times a day for two years. */
export async function demonstrationProposal(
  at: Paths,
  hub: string,
  store: Store,
  owner: string,
  clock: Clock,
): Promise<void> {
  const dataset = themes.find((theme) => citiesOf(theme).some(({ id }) => id === owner));
  const consumer =
    dataset && cities.find(({ id }) => !citiesOf(dataset).some((city) => city.id === id));
  if (dataset === undefined || consumer === undefined) return;
  const id = `${consumer.id}/${owner}/${dataset}/1`;
  if ((await hubAgreements(store).get(id)) !== undefined) return;
  const members = directory(store);
  const [entries, now] = [await members.some([consumer.id, owner]), clock()];
  const agreement = draftAgreement(
    {
      ...{
        consumer: found(entries.get(consumer.id)),
        provider: found(entries.get(owner)),
        dataset,
        number: 1,
      },
      ...{ dimensions: ["cluster", "alone"], callsADay: 500, until: now + 2 * 365 * 86_400 },
    },
    consumer.id,
    now,
  );
  const signed = await signAgreement(await keyOf(at, consumer.id, "member"), agreement);
  await receive(
    { store, directory: members, clock, log: storeLog(store, hub) },
    {
      v: 1,
      agreement: signed,
      events: [],
    },
  );
}
