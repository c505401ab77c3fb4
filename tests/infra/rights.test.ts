/** Rights follow from the declarations of stored items: each one that is declared is granted, and no other. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { storedItems } from "../../schemas/items/all.ts";
import {
  type At,
  type Role,
  rightsOf,
  roleNames,
  roles,
  type StoredItem,
} from "../../schemas/items/item.ts";
import { idOf, ofType, statementsOf, type TemplateJson } from "./policies.ts";
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
const alike = (a: StoredItem, b: StoredItem) => {
  const [short, long] = [a.pk, b.pk].map((pk) => pk.replace(/\{\w+\}$/, "")).sort();
  return a.pk === b.pk || (short !== long && [a.pk, b.pk].includes(`${short}{dataset}`))
    ? long!.startsWith(short!)
    : false;
};

describe("of what is declared", () => {
  test("kinds that IAM cannot tell apart have the same rights", () => {
    for (const one of storedItems)
      for (const other of storedItems.filter((item) => alike(one, item)))
        expect([other.pk, other.at, other.reads, other.writes, other.removes]).toEqual([
          other.pk,
          one.at,
          one.reads,
          one.writes,
          one.removes,
        ]);
    expect(storedItems.filter((one) => storedItems.filter((b) => alike(one, b)).length > 1))
      .not //
      .toEqual([]);
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
