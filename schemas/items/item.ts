/**
 * How a kind of stored item is declared, once: where it lies, what its body is, and who may do what with it. Parsing when it is
 * read, the rights in IAM and the page of what is stored follow from it. The declarations stand beside this file, by subject.
 */
import type * as z from "zod";

/** Whose table: a member that runs a node has one, and a hub has one. */
export type At = "node" | "hub";

/** Who may never touch something, whatever else is ever granted, and whose corner of the table is whose. */
interface RoleRights {
  readonly at: readonly At[];
  /** `private`: it answers nobody but its own member. What only such roles touch is out of reach of what answers others. */
  readonly side: "private" | "public";
  /** What every partition of this role's own begins with: a right on all of them is granted as one pattern. */
  readonly corner?: string;
  readonly never: readonly string[];
}

/** The roles that touch a table, each with a set of rights of its own. */
export const roles = {
  /** Takes files in, writes versions, takes persons out; keeps the private log. */
  keep: { at: ["node"], side: "private", corner: "keep#", never: ["answer#*"] },
  /** Makes releases. */
  release: { at: ["node"], side: "private", never: ["keep#*"] },
  /** Answers others. */
  answer: { at: ["node"], side: "public", never: ["keep#*", "release#*", "own#*"] },
  /** Shows its own node to the member itself. */
  owner: {
    at: ["node"],
    side: "private",
    never: ["keep#key", "keep#consent#*", "keep#receipt#*", "release#draft#*"],
  },
  /** Lets people in with their organisation's provider. */
  desk: {
    at: ["node"],
    side: "public",
    never: ["keep#*", "release#*", "own#*", "answer#*", "log#*"],
  },
  /** Answers for the public log and gives places in it. */
  log: { at: ["node", "hub"], side: "public", corner: "log#", never: ["keep#*", "release#*"] },
  /** Says whether the service works. */
  status: { at: ["node", "hub"], side: "public", never: [] },
  token: { at: ["hub"], side: "public", never: [] },
  query: { at: ["hub"], side: "public", never: [] },
  catalogue: { at: ["hub"], side: "public", never: [] },
  statements: { at: ["hub"], side: "public", never: [] },
  indicators: { at: ["hub"], side: "public", never: [] },
  agreements: { at: ["hub"], side: "public", never: [] },
  /** Who is suspended the operator says, and no function. */
  members: { at: ["hub"], side: "public", never: ["hub#suspended"] },
} as const satisfies Record<string, RoleRights>;
export type Role = keyof typeof roles;
export const roleNames = Object.keys(roles) as Role[];

/** Who may do what with a partition. IAM tells partitions apart and not what lies in them: kinds that share one share these. */
export interface Rights {
  readonly at: readonly At[];
  readonly reads: readonly Role[];
  /** Writing implies reading the same item: a write whose answer got lost is looked up. */
  readonly writes: readonly Role[];
  readonly removes: readonly Role[];
  /** It is also written by a person with the whole store before them: an operator's command, or the set-up of a federation. */
  readonly byHand?: string;
}

/** A kind of item. In a pattern `{name}` stands for a value, `{name:12}` for a number written with twelve digits. */
export interface StoredItem<
  Pk extends string = string,
  Sk extends string = string,
  Body extends z.ZodType = z.ZodType,
> extends Rights {
  readonly pk: Pk;
  readonly sk: Sk;
  readonly body: Body;
  /** Example of a key: `pk`, `sk`. */
  readonly example: readonly [string, string];
  readonly about: string;
  /** Under which conditions it is written. */
  readonly condition: string;
  readonly ends: string;
}
export const item = <Pk extends string, Sk extends string, Body extends z.ZodType>(
  one: StoredItem<Pk, Sk, Body>,
): StoredItem<Pk, Sk, Body> => one;

type NameIn<Pattern extends string> = Pattern extends `${string}{${infer Part}}${infer Rest}`
  ? (Part extends `${infer Name}:${string}` ? Name : Part) | NameIn<Rest>
  : never;
/** The values that a pattern stands open for. */
export type ValuesOf<Pattern extends string> = Readonly<Record<NameIn<Pattern>, string | number>>;

const PART = /\{(\w+)(?::(\d+))?\}/g;
const filled = <Pattern extends string>(pattern: Pattern, values: ValuesOf<Pattern>): string =>
  pattern.replace(PART, (_, name: NameIn<Pattern>, width?: string) =>
    String(values[name]).padStart(Number(width ?? 0), "0"),
  );

export interface Key {
  readonly pk: string;
  readonly sk: string;
}
export const partitionOf = <Pk extends string>(
  { pk }: Pick<StoredItem<Pk>, "pk">,
  values: ValuesOf<Pk>,
): string => filled(pk, values);
export type KeyIn<Pk extends string, Sk extends string> = ValuesOf<Pk> & ValuesOf<Sk>;
export const keyOf = <Pk extends string, Sk extends string>(
  { pk, sk }: Pick<StoredItem<Pk, Sk>, "pk" | "sk">,
  values: KeyIn<Pk, Sk>,
): Key => ({ pk: filled(pk, values), sk: filled(sk, values) });

/** A pattern as people write it: `keep#consent#DATASET`. */
export const patternText = (pattern: string): string =>
  pattern.replace(PART, (_, name: string) => name.toUpperCase());

export interface KeyRights {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly remove: readonly string[];
  readonly never: readonly string[];
}

/** Partition keys by what a role may do with them, `*` for any end: what IAM, or a store that checks rights, is told. */
export function rightsOf(role: Role, at: At, declared: readonly StoredItem[]): KeyRights {
  const { corner, never }: RoleRights = roles[role];
  const here = declared.filter((one) => one.at.includes(at));
  const keys = (right: "reads" | "writes" | "removes"): string[] => {
    const may = (one: StoredItem) => one[right].includes(role);
    const own = here.filter(({ pk }) => corner !== undefined && pk.startsWith(corner));
    const wildcards = here.filter(may).map(({ pk }) => pk.replace(PART, "*"));
    const all = own.length > 0 && own.every(may) ? [`${corner}*`, ...wildcards] : wildcards;
    return [...new Set(all)].filter((key) => !all.some((other) => covers(other, key)));
  };
  return { read: keys("reads"), write: keys("writes"), remove: keys("removes"), never };
}

const covers = (wide: string, key: string): boolean =>
  wide !== key && wide.endsWith("*") && key.startsWith(wide.slice(0, -1));
