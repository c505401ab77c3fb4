/**
 * Whether the service works (ModI: `/status` answers in problem+json, 503 with Retry-After where it does not). It is for anybody:
 * a token of whoever probes is neither asked for nor looked at. `probe` touches what the service stands on, and reads nothing.
 */
import { probe as probed } from "../../schemas/items/access.ts";
import type { Store } from "../../schemas/ports.ts";
import { Refused } from "../../schemas/refusal.ts";
import { getItem } from "../store/stored.ts";
import type { Edge } from "./http.ts";
import { serving } from "./serving.ts";

/** Longer than that is as good as down, in milliseconds. */
const PATIENCE = 2000;

export type Probe = () => Promise<unknown>;
/** Asks the store for an item that is not there: the role of this function may read no other. */
export const storeProbe =
  (store: Pick<Store, "get">): Probe =>
  () =>
    getItem(store, probed, {});

export const edge = (probe: Probe): Edge =>
  serving("status", {
    status: async () => {
      if (!(await answers(probe))) throw new Refused("unavailable");
      return {
        statusCode: 200,
        headers: { "content-type": "application/problem+json" },
        body: JSON.stringify({ status: 200, title: "OK" }),
      };
    },
  });

async function answers(probe: Probe): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE);
  });
  const there = probe().then(
    () => true,
    () => false,
  );
  return Promise.race([there, late]).finally(() => clearTimeout(timer));
}
