/**
 * The policies next door: what one step of each kind would change, so that a policy is chosen by looking and not by arguing.
 * Which field and dimension is the least important is nobody's secret: the last of the descriptor's own order.
 */
import type { Descriptor, Field } from "../../schemas/descriptor.ts";
import { Refused } from "../../schemas/refusal.ts";
import type { Bilingual } from "../../schemas/words.ts";
import { accept } from "../disclosure/descriptor-rules.ts";
import { fieldsOf } from "../disclosure/fields.ts";
import { methodOf } from "../disclosure/methods/methods.ts";
import type { FocusChoice } from "./focus.ts";

export interface Neighbour {
  readonly key: "today" | "fewer-fields" | "lower-order" | "fewer-dimensions" | "contract" | "open";
  readonly title: Bilingual;
  /** What is different, by name. */
  readonly note: Bilingual;
  readonly descriptor: Descriptor;
}

/** The policy itself, and each neighbour that it has. `keep`: the dimensions and the field that the picture is of. */
export function neighbours(descriptor: Descriptor, keep: FocusChoice): Neighbour[] {
  const { advantage } = descriptor.policy;
  const order = highestOrder(descriptor);
  const today: Neighbour = {
    key: "today",
    title: { it: "Quella di oggi", en: "As it is" },
    note: { it: `${advantage} punti, ordine ${order}`, en: `${advantage} points, order ${order}` },
    descriptor,
  };
  const all = [
    today,
    fewerFields(descriptor, keep.field),
    lowerOrder(descriptor, Math.min(2, order - 1)),
    fewerDimensions(descriptor, [keep.axis, keep.within?.axis]),
    points(descriptor, 20),
    points(descriptor, 5),
  ];
  return all
    .filter((one) => one !== undefined)
    .filter((one) => one === today || stands(one.descriptor));
}

/** A neighbour that would be refused is none. */
function stands(descriptor: Descriptor): boolean {
  try {
    accept(descriptor);
    return true;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

const highestOrder = (descriptor: Descriptor): number =>
  Math.max(...fieldsOf(descriptor).map(({ order }) => order));

/**
 * Without the last count that nothing else is built on; where there is none, without the last sum. One family code fewer would change
 * nothing, since a family costs what one subject may take of it: so where the family is all there is, one code a subject fewer.
 */
function fewerFields(descriptor: Descriptor, keep: string): Neighbour | undefined {
  const { family } = descriptor;
  const built = new Set(
    descriptor.fields.flatMap((field) =>
      field.kind === "sum" ? [field.of, ...field.of.split(":", 1)] : [],
    ),
  );
  const spare = descriptor.fields.filter(
    ({ id, kind }) => kind !== "any" && id !== keep && !built.has(id),
  );
  const gone = spare.filter(({ kind }) => kind !== "sum").at(-1) ?? spare.at(-1);
  if (gone !== undefined) {
    const fields = reshared(descriptor.fields, gone);
    if (fields.length === 0) return undefined;
    return {
      key: "fewer-fields",
      title: { it: "Un campo in meno", en: "One field fewer" },
      note: { it: `senza «${gone.title.it}»`, en: `without “${gone.title.en}”` },
      descriptor: { ...descriptor, fields },
    };
  }
  if (family === undefined || family.atMost < 2) return undefined;
  const atMost = family.atMost - 1;
  return {
    key: "fewer-fields",
    title: { it: "Un codice in meno a testa", en: "One code a person fewer" },
    note: {
      it: `al più ${atMost} di «${family.title.it}» per persona`,
      en: `at most ${atMost} of “${family.title.en}” a person`,
    },
    descriptor: { ...descriptor, family: { ...family, atMost } },
  };
}

/** Whether a count of who has a value is for the sum that goes alone. */
const isOfNone = (field: Field, fields: readonly Field[], gone: Field): boolean =>
  field.kind === "known" &&
  !fields.some((other) => other !== gone && other.kind === "sum" && other.of === field.id);

/** What a field that goes had as its explicit share falls to those of its own kind that have one. */
function reshared(fields: readonly Field[], gone: Field): Field[] {
  const isSum = gone.kind === "sum";
  const given = fields
    .filter((field) => (field.kind === "sum") === isSum)
    .reduce((sum, { share }) => sum + (share ?? 0), 0);
  const left = given - (gone.share ?? 0);
  const factor = gone.share === undefined || left <= 0 ? 1 : given / left;
  return fields
    .filter((field) => field !== gone && !isOfNone(field, fields, gone))
    .map((field) =>
      field.share === undefined || (field.kind === "sum") !== isSum
        ? field
        : { ...field, share: field.share * factor },
    );
}

function lowerOrder(descriptor: Descriptor, order: number): Neighbour | undefined {
  if (order < 1) return undefined;
  const { family, policy, dimensions } = descriptor;
  // sums of order 1 by default stay there
  const lower = (own: number | undefined, kind: "count" | "sum") =>
    Math.min(own ?? methodOf(policy.method).standardOrder(kind, dimensions.length), order);
  return {
    key: "lower-order",
    title: { it: `Ordine ${order}`, en: `Order ${order}` },
    note: {
      it: order === 1 ? "niente tabelle a due entrate" : "niente tabelle a tre entrate",
      en: order === 1 ? "no two-way tables" : "no three-way tables",
    },
    descriptor: {
      ...descriptor,
      ...(family ? { family: { ...family, order: lower(family.order, "count") } } : {}),
      fields: descriptor.fields.map((field) => ({
        ...field,
        order: lower(field.order, field.kind === "sum" ? "sum" : "count"),
      })),
    },
  };
}

function fewerDimensions(
  descriptor: Descriptor,
  keep: readonly (string | undefined)[],
): Neighbour | undefined {
  const gone = descriptor.dimensions.filter(({ id }) => !keep.includes(id)).at(-1);
  if (gone === undefined) return undefined;
  return {
    key: "fewer-dimensions",
    title: { it: "Una dimensione in meno", en: "One dimension fewer" },
    note: { it: `senza «${gone.title.it}»`, en: `without “${gone.title.en}”` },
    descriptor: {
      ...descriptor,
      dimensions: descriptor.dimensions.filter((dimension) => dimension !== gone),
    },
  };
}

function points(descriptor: Descriptor, advantage: 5 | 20): Neighbour | undefined {
  if (descriptor.policy.advantage === advantage) return undefined;
  const note =
    advantage === 20
      ? { it: "sotto contratto, a parti nominate", en: "under contract, to named parties" }
      : { it: "dati aperti o delicati", en: "open or delicate data" };
  return {
    key: advantage === 20 ? "contract" : "open",
    title: { it: `${advantage} punti`, en: `${advantage} points` },
    note,
    descriptor: { ...descriptor, policy: { ...descriptor.policy, advantage } },
  };
}
