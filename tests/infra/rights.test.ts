/**
 * Rights follow from the declarations of stored items: each one that is declared is granted, and no other. What the keep role does
 * for the private log it may do: a store that asks the synthesised policies, call by call, lets it.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { privateLog } from "../../functions/keep/private-log.ts";
import { storeLog } from "../../functions/log/append.ts";
import { leavesIn, readHead } from "../../functions/log/tree.ts";
import { privateHead } from "../../functions/release/private-head.ts";
import { storedItems } from "../../schemas/items/all.ts";
import {
  type At,
  type Role,
  rightsOf,
  roleNames,
  roles,
  type StoredItem,
} from "../../schemas/items/item.ts";
import type { Store } from "../../schemas/ports.ts";
import { memoryStore, NOW } from "../world/federation.ts";
import { idOf, may, ofType, statementsOf, type TemplateJson } from "./policies.ts";
import { build } from "./synth.ts";

let folder: string;
let templates: Record<At, TemplateJson>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rights-"));
  const built = build(folder, false);
  const json = (stack: "hub" | "node") => Template.fromStack(built[stack]).toJSON() as TemplateJson;
  templates = { hub: json("hub"), node: json("node") };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ROLES: [Role, At][] = roleNames.flatMap((name) =>
  roles[name].at.map((at): [Role, At] => [name, at]),
);
const titled = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}Role`;

/** Leading keys by what a role may do with them, as its policy says. */
function granted(at: At, name: Role) {
  const found = { read: [], write: [], remove: [], never: [] } as Record<string, string[]>;
  const role = idOf(templates[at], "AWS::IAM::Role", titled(name));
  for (const { Effect, Action, Condition = {} } of statementsOf(templates[at], role))
    for (const [operator, { "dynamodb:LeadingKeys": keys }] of Object.entries(Condition)) {
      if (keys === undefined || operator === "Null") continue;
      const actions = [Action].flat().join(" ");
      const right =
        Effect === "Deny"
          ? "never"
          : actions.includes("PutItem")
            ? "write"
            : actions.includes("DeleteItem")
              ? "remove"
              : "read";
      found[right]!.push(...([keys].flat() as string[]));
    }
  return found;
}
const inOrder = (rights: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(Object.entries(rights).map(([right, keys]) => [right, keys.toSorted()]));

test.each(ROLES)("the policy of %s at a %s is what the declarations give it", (name, at) => {
  expect(inOrder(granted(at, name))).toEqual(inOrder({ ...rightsOf(name, at, storedItems) }));
});

test.each(["hub", "node"] as const)(
  "the roles that touch the table of a %s are those that are declared",
  (at) => {
    const touching = ofType(templates[at], "AWS::IAM::Role")
      .map(([id]) => id)
      .filter((id) =>
        statementsOf(templates[at], id).some(({ Action }) =>
          [Action].flat().some((action) => action.startsWith("dynamodb:")),
        ),
      );
    const declared = ROLES.flatMap(([name, where]) =>
      where === at ? [idOf(templates[at], "AWS::IAM::Role", titled(name))] : [],
    );
    expect(touching.sort()).toEqual(declared.sort());
  },
);

/** What IAM cannot tell apart: kinds in one partition, or in one whose key begins like the other's. */
const alike = (a: StoredItem, b: StoredItem): boolean => {
  const key = ({ pk }: StoredItem) => pk.replace(/\{\w+\}/g, "*");
  const covers = (wide: string, other: string) =>
    wide === other || (wide.endsWith("*") && other.startsWith(wide.slice(0, -1)));
  return covers(key(a), key(b)) || covers(key(b), key(a));
};

describe("of what is declared", () => {
  test("kinds that IAM cannot tell apart have the same rights", () => {
    const pairs = storedItems.flatMap((one) =>
      storedItems.flatMap((other) => (other !== one && alike(one, other) ? [{ one, other }] : [])),
    );
    expect(pairs.length).toBeGreaterThan(5);
    const rightsIn = ({ at, reads, writes, removes }: StoredItem) => [at, reads, writes, removes];
    for (const { one, other } of pairs)
      expect([other.pk, ...rightsIn(other)]).toEqual([other.pk, ...rightsIn(one)]);
  });

  const rights = storedItems.flatMap((one) =>
    (["reads", "writes", "removes"] as const).flatMap((right) =>
      one[right].map((role) => ({ one, right, role })),
    ),
  );
  test("taking any right out changes a policy", () => {
    expect(rights.length).toBeGreaterThan(100);
    for (const { one, right, role } of rights) {
      const without = storedItems.map((item) =>
        alike(item, one) ? { ...item, [right]: item[right].filter((name) => name !== role) } : item,
      );
      const changed = roles[role].at.some(
        (at) =>
          JSON.stringify(rightsOf(role, at, without)) !==
          JSON.stringify(rightsOf(role, at, storedItems)),
      );
      expect([one.pk, right, role, changed]).toEqual([one.pk, right, role, true]);
    }
  });
});

/** A store that lets a role do what its policy allows, and fails at anything else as DynamoDB does. */
function judged(store: Store, at: At, name: Role): Store {
  const role = idOf(templates[at], "AWS::IAM::Role", titled(name));
  const on = `<${idOf(templates[at], "AWS::DynamoDB::Table", "Table")}.Arn>`;
  const demand = (action: string, pk: string) => {
    const request = { action: `dynamodb:${action}`, on, with: { "dynamodb:LeadingKeys": [pk] } };
    if (!may(templates[at], role, request)) throw new Error(`AccessDenied: ${action} on ${pk}`);
  };
  return {
    async get(pk, sk) {
      demand("GetItem", pk);
      return store.get(pk, sk);
    },
    async getMany(pk, sks) {
      demand("BatchGetItem", pk);
      return store.getMany(pk, sks);
    },
    async put(item, condition) {
      demand("PutItem", item.pk);
      return store.put(item, condition);
    },
    async delete(pk, sk) {
      demand("DeleteItem", pk);
      await store.delete(pk, sk);
    },
    async *query(pk, options) {
      demand("Query", pk);
      yield* store.query(pk, options);
    },
  };
}

describe("the private log in the cloud", () => {
  test("what keep, release, owner and desk record gets its place in the tree, and a commitment", async () => {
    const store = memoryStore();
    for (const [name, prefix] of [
      ["release", "release#log"],
      ["owner", "own#log"],
      ["desk", "desk#log"],
    ] as const)
      await storeLog(judged(store, "node", name), "IT-028060", prefix).append(name, {}, NOW);
    const traced = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const log = privateLog(judged(store, "node", "keep"), "IT-028060", () => NOW);
    await log("ingest", { dataset: "a" });
    await log("ingest", { dataset: "b" });
    expect(traced).not.toHaveBeenCalled();
    traced.mockRestore();
    const head = await readHead(judged(store, "node", "owner"), "keep#log");
    const entries = await leavesIn(judged(store, "node", "owner"), "keep#log", head, {
      from: 0,
      to: head.size,
    });
    expect(
      entries.map(({ entry }) => (JSON.parse(entry!.entry) as { kind: string }).kind).sort(),
    ).toEqual(["desk", "ingest", "ingest", "owner", "release"]);
    expect((await privateHead(judged(store, "node", "release"), "a/b/2022/1")).privateLog).toMatch(
      /^[\w-]{43}$/,
    );
  });

  test.each(["keep#log#inbox", "keep#log#leaf"])(
    "where it may not read %s, that is said, and what is recorded stays",
    async (closed) => {
      const store = memoryStore();
      const denied = async () => {
        throw new Error("AccessDenied");
      };
      const lacking: Store = {
        ...store,
        getMany: (pk, sks) => (pk === closed ? denied() : store.getMany(pk, sks)),
        async *query(pk, options) {
          if (pk === closed) await denied();
          yield* store.query(pk, options);
        },
      };
      const traced = vi.spyOn(process.stderr, "write").mockReturnValue(true);
      await privateLog(lacking, "IT-028060", () => NOW)("ingest", { dataset: "a" });
      const lines = traced.mock.calls.map(([line]) => JSON.parse(String(line)) as object);
      traced.mockRestore();
      expect(lines).toMatchObject([{ code: "fault", error: "Error" }]);
      expect([...store.items.values()].map(({ pk }) => pk)).toEqual(["keep#log#inbox"]);
    },
  );
});
