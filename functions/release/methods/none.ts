/** Figures as they are: public, and about nobody. */
import type { Protector } from "./protector.ts";

export const none: Protector = ({ marginals }, { steps }) => {
  for (const { values } of marginals.values())
    for (let at = 0; at < values.length; at++) values[at] = values[at]! * steps;
};
