/**
 * What is she? The attacker knows that she is among the data and knows everybody else: inference of one attribute, of an amount,
 * of her whole record (Dwork, "Differential privacy", ICALP 2006, against Dalenius' goal; as a test between neighbouring data
 * sets, Wasserman and Zhou, J. Am. Stat. Ass. 105, 2010, 375-389). Each bound is computed from the distance of the cubes in
 * question, in the metric of the noise. For the whole record that may be a little more than for her presence.
 */
import { aiuti, others, type Person, target, withCare, withCodes } from "../data.ts";
import type { Stage } from "../stage.ts";
import { whichOf } from "./which.ts";

const with_ = (person: Person) => [...others, person];
const descriptor = aiuti();

export const sex: Stage = whichOf({
  name: "sex",
  about: {
    en: "the sex of a person known to be there",
    it: "il sesso di una persona che si sa presente",
  },
  trials: 500,
  descriptor,
  worlds: [with_(target), with_(withCodes(["0-17", "M", "sud"]))],
});

export const amount: Stage = whichOf({
  name: "amount",
  about: { en: "her hours: none, or as many as count", it: "le sue ore: nessuna, o il massimo" },
  trials: 500,
  descriptor,
  worlds: [with_(target), with_(withCare({ hours: 0 }))],
});

const another = (codes: readonly string[], services: Person["services"]): Person => ({
  ...target,
  codes,
  services,
});
const care = (hours: number, cost: number) => ({ code: "care", hours, cost });
const meals = { code: "meals", hours: 0, cost: 0 };
const money = { code: "money", hours: 0, cost: 0 };

const FAR = another(["0-17", "M", "centro"], [care(0, 0), money]);

/** No two records that a person may have lie further apart: same age, all else different. */
export const record: Stage = whichOf({
  name: "record",
  about: {
    en: "her whole record, of the two furthest apart",
    it: "l'intera scheda, fra le due più lontane",
  },
  trials: 500,
  descriptor,
  worlds: [with_(target), with_(FAR)],
});

export const records: Stage = whichOf({
  name: "record-of-eight",
  about: { en: "her whole record, of eight", it: "l'intera scheda, fra otto" },
  trials: 500,
  descriptor,
  worlds: [
    target,
    FAR,
    another(["35-54", "M", "nord"], [money]),
    another(["18-34", "F", "nord"], [care(2000, 300_000), money]),
    another(["55-74", "M", "sud"], [meals, { ...money, cost: 600_000 }]),
    another(["75+", "F", "centro"], [care(4000, 0), meals]),
    another(["75+", "M", "nord"], [care(0, 600_000)]),
    another(["35-54", "F", "sud"], [care(1000, 100_000), money]),
  ].map(with_),
});

/** Two sums of one story move together: whoever guesses it has two looks at it, which is why all sums share one part of the loss. */
export const linked: Stage = whichOf({
  name: "linked-sums",
  about: {
    en: "low or high, from two sums of one story",
    it: "molto o poco, da due somme della stessa storia",
  },
  trials: 500,
  descriptor,
  worlds: [with_(target), with_(withCare({ hours: 0, cost: 0 }))],
});

/** Where everybody adds the same, the sums are the count under other names, with noise of their own. */
const flat = others.map((person) => ({ ...person, services: target.services }));
export const constant: Stage = whichOf({
  name: "constant-sums",
  about: {
    en: "presence, where both sums are the count again",
    it: "presenza, dove le due somme ripetono il conteggio",
  },
  trials: 500,
  descriptor,
  worlds: [flat, [...flat, target]],
});
