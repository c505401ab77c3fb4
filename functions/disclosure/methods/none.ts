/** Figures as they are: for tables and registers that are about nobody, and public. Nothing is added, and nothing spent. */
import { rulesOfKind } from "../kinds.ts";
import type { Method } from "./method.ts";

export const none: Method = {
  unfit: (kind) =>
    rulesOfKind(kind).per === "row"
      ? undefined
      : "records are released under method lattice; none is for statistics and registers",
  bans: () => [],
  standardOrder: (_, dimensions) => dimensions,
  countGrid: 1,
  plan: (_policy, _releases, _h, fields) => ({
    mu2: 0,
    fields: fields.map(() => ({ share: 0, variance: 0 })),
  }),
  stated: () => ({ smallest: 1 }),
};
