/** The wall as IAM has it. What is said here of rights is worked out from the synthesised policies, not from the code that made them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FederationConfig } from "../../infra/config.ts";
import { routes } from "../../schemas/routes.ts";
import { idOf, may, ofType, plain, statementsOf, type TemplateJson } from "./policies.ts";
import { build } from "./synth.ts";

let folder: string;
let hub: TemplateJson;
let node: TemplateJson;
const all = () => [hub, node];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stacks-"));
  const built = build(folder, false);
  hub = Template.fromStack(built.hub).toJSON() as TemplateJson;
  node = Template.fromStack(built.node).toJSON() as TemplateJson;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ROLES = ["Keep", "Release", "Answer", "Owner", "Log", "Desk"] as const;
type RoleName = (typeof ROLES)[number];
const role = (name: RoleName) => idOf(node, "AWS::IAM::Role", `${name}Role`);
const arn = (type: string, prefix: string) => `<${idOf(node, type, prefix)}.Arn>`;
/** Which of the three roles may do this. */
const who = (action: string, on: string, given?: Record<string, string[]>): RoleName[] =>
  ROLES.filter((name) => may(node, role(name), { action, on, ...(given ? { with: given } : {}) }));

describe("items", () => {
  const table = () => arn("AWS::DynamoDB::Table", "Table");
  const readers = (pk: string) =>
    who("dynamodb:GetItem", table(), { "dynamodb:LeadingKeys": [pk] });
  const writers = (pk: string) =>
    who("dynamodb:PutItem", table(), { "dynamodb:LeadingKeys": [pk] });

  test.each<[string, RoleName[], RoleName[]]>([
    ["keep#log#inbox", ["Keep"], ["Keep"]],
    ["keep#log#entry", ["Keep", "Owner"], ["Keep"]],
    ["keep#consent#prestazioni", ["Keep"], ["Keep"]],
    ["keep#receipt#prestazioni", ["Keep"], ["Keep"]],
    ["own#replay", ["Owner"], ["Owner"]],
    ["own#log#inbox", ["Keep", "Owner"], ["Owner"]],
    ["desk#signin", ["Desk"], ["Desk"]],
    ["desk#log#inbox", ["Keep", "Desk"], ["Desk"]],
    ["keep#key", ["Keep"], ["Keep"]],
    ["release#version", ["Keep", "Release", "Owner"], ["Keep"]],
    ["release#withdrawal#prestazioni", ["Keep", "Release", "Owner"], ["Keep"]],
    ["release#account#2022", ["Release", "Owner"], ["Release"]],
    ["release#draft#prestazioni", ["Release"], ["Release"]],
    ["answer#pointer", ["Release", "Answer", "Owner"], ["Release"]],
    ["answer#account", ["Release", "Answer"], ["Release"]],
    ["answer#agreement", ["Answer", "Owner"], ["Answer"]],
    ["answer#calls", ["Answer"], ["Answer"]],
    ["answer#replay", ["Answer"], ["Answer"]],
    ["log#inbox", ["Release", "Answer", "Log"], ["Release", "Answer"]],
    ["log#entry", ["Owner", "Log"], ["Log"]],
    ["log#head", ["Owner", "Log"], ["Log"]],
    ["release#log#inbox", ["Keep", "Release"], ["Release"]],
    ["release#log#commitment", ["Keep", "Release"], ["Keep"]],
    ["anything else", [], []],
  ])("%s is read by %j and written by %j", (pk, reading, writing) => {
    expect(readers(pk)).toEqual(reading);
    expect(writers(pk)).toEqual(writing);
  });

  test("a request for a permitted key and another is refused", () => {
    const asking = (...keys: string[]) =>
      who("dynamodb:GetItem", table(), { "dynamodb:LeadingKeys": keys });
    expect(asking("release#version", "release#withdrawal#prestazioni")).toEqual([
      "Keep",
      "Release",
      "Owner",
    ]);
    // the owner looks at both sides, and at nothing with a row in it
    expect(asking("answer#pointer", "release#version")).toEqual(["Owner"]);
  });

  test("what waits for its place in the log is taken away by who gives places, what is about persons by keep, nothing else by anybody", () => {
    const removers = (pk: string) =>
      who("dynamodb:DeleteItem", table(), { "dynamodb:LeadingKeys": [pk] });
    expect(removers("log#inbox")).toEqual(["Log"]);
    for (const pk of ["keep#log#inbox", "release#log#inbox", "own#log#inbox", "desk#log#inbox"])
      expect(removers(pk)).toEqual(["Keep"]);
    for (const pk of [
      "keep#consent#a",
      "keep#receipt#a",
      "release#withdrawal#a",
      "release#withdrawal#a#pending",
    ])
      expect(removers(pk)).toEqual(["Keep"]);
    for (const pk of [
      "log#entry",
      "log#head",
      "log#tile",
      "log#leaf",
      "keep#log#entry",
      "keep#key",
      "release#version",
      "release#account#2022",
      "answer#replay",
    ])
      expect(removers(pk)).toEqual([]);
  });

  test("nobody may scan, use SQL, delete, or do anything that names no key", () => {
    const actions = [
      "Scan",
      "PartiQLSelect",
      "PartiQLUpdate",
      "DeleteItem",
      "UpdateItem",
      "BatchWriteItem",
      "BatchGetItem",
      "Query",
      "GetItem",
    ];
    for (const action of actions) expect(who(`dynamodb:${action}`, table())).toEqual([]);
    for (const template of all())
      for (const [id] of ofType(template, "AWS::IAM::Role"))
        for (const { Effect, Action } of statementsOf(template, id))
          if (Effect === "Allow")
            expect(
              [Action].flat().filter((action) => /^\*|:\*$|Scan|PartiQL/i.test(action)),
            ).toEqual([]);
  });
});

test("links: query makes them, statements reads them and takes them back, and no other role of the hub comes near", () => {
  const roles = ["Token", "Query", "Catalogue", "Statements", "Log", "Members"].filter((name) =>
    ofType(hub, "AWS::IAM::Role").some(([id]) => id.startsWith(`${name}Role`)),
  );
  const on = `<${idOf(hub, "AWS::DynamoDB::Table", "Table")}.Arn>`;
  const who = (action: string) =>
    roles.filter((name) =>
      may(hub, idOf(hub, "AWS::IAM::Role", `${name}Role`), {
        action,
        on,
        with: { "dynamodb:LeadingKeys": ["hub#statement"] },
      }),
    );
  expect(who("dynamodb:PutItem")).toEqual(["Query"]);
  expect(who("dynamodb:GetItem")).toEqual(["Query", "Statements"]);
  expect(who("dynamodb:DeleteItem")).toEqual(["Statements"]);
  expect(who("dynamodb:Query")).toEqual(["Statements"]);
});

describe("objects", () => {
  const object = (bucket: string, key: string) => `${arn("AWS::S3::Bucket", bucket)}/${key}`;
  const key = (bucket: string) => arn("AWS::KMS::Key", `${bucket}Key`);

  test.each<[string, string, RoleName[], RoleName[], RoleName[]]>([
    ["Private", "keys/pseudonym/prestazioni", ["Keep"], ["Keep"], ["Keep"]],
    ["Private", "inbox/rows.csv", ["Keep"], [], []],
    ["Private", "descriptors/prestazioni.json", ["Keep"], [], []],
    ["Private", "versions/prestazioni/x.parquet", ["Keep", "Release"], ["Keep"], ["Keep"]],
    ["Private", "drafts/prestazioni/2022/1/x.parquet", ["Release"], ["Release"], ["Release"]],
    [
      "Published",
      "releases/prestazioni/2022/1/cube.parquet",
      ["Release", "Answer"],
      ["Release"],
      [],
    ],
    ["Published", "trust/directory.json", ["Answer", "Owner", "Desk"], [], []],
  ])(
    "%s/%s is read by %j, written by %j, deleted by %j",
    (bucket, path, reading, writing, deleting) => {
      expect(who("s3:GetObject", object(bucket, path))).toEqual(reading);
      expect(who("s3:PutObject", object(bucket, path))).toEqual(writing);
      expect(who("s3:DeleteObject", object(bucket, path))).toEqual(deleting);
    },
  );

  test("each bucket has its own key, and only who may read the one may use the other", () => {
    expect(key("Private")).not.toBe(key("Published"));
    expect(who("kms:Decrypt", key("Private"))).toEqual(["Keep", "Release"]);
    expect(who("kms:Decrypt", key("Published"))).toEqual(["Release", "Answer", "Owner", "Desk"]);
    expect(who("kms:GenerateDataKey", key("Published"))).toEqual(["Release"]);
  });

  test.each(["Answer", "Owner"] as const)(
    "the role %s can do nothing to the private bucket or its key, whatever it is granted later",
    (name) => {
      const denied = statementsOf(node, role(name)).filter(({ Effect }) => Effect === "Deny");
      const covers = (action: string, on: string) =>
        denied.some(
          ({ Action, Resource }) =>
            [Action].flat().includes(action) && [Resource].flat().map(plain).includes(on),
        );
      expect(covers("s3:*", object("Private", "*"))).toBe(true);
      expect(covers("s3:*", arn("AWS::S3::Bucket", "Private"))).toBe(true);
      expect(covers("kms:*", key("Private"))).toBe(true);
    },
  );

  test("no bucket can be public or be reached without TLS; what is withdrawn leaves no older version", () => {
    const buckets = ofType(node, "AWS::S3::Bucket");
    expect(buckets).toHaveLength(2);
    for (const [id, { PublicAccessBlockConfiguration: block }] of buckets) {
      expect(block).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      const [policy] = ofType(node, "AWS::S3::BucketPolicy").filter(
        ([, { Bucket }]) => plain(Bucket) === `<${id}>`,
      );
      const { Statement } = policy![1].PolicyDocument as { Statement: object[] };
      expect(Statement).toContainEqual(
        expect.objectContaining({
          Effect: "Deny",
          Action: "s3:*",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        }),
      );
    }
    expect(
      Object.fromEntries(buckets)[idOf(node, "AWS::S3::Bucket", "Private")],
    ).not.toHaveProperty("VersioningConfiguration");
  });
});

describe("keys that sign", () => {
  test("the private side signs with one key, the public side with another", () => {
    // keep signs receipts of persons; a manifest that it signed could not get out, since it writes neither cubes nor pointers
    expect(who("kms:Sign", arn("AWS::KMS::Key", "ReleaseKey"))).toEqual(["Keep", "Release"]);
    expect(who("kms:Sign", arn("AWS::KMS::Key", "AnswerKey"))).toEqual(["Answer", "Log"]);
    // and what lets people in signs with one that signs nothing else
    expect(who("kms:Sign", arn("AWS::KMS::Key", "SessionKey"))).toEqual(["Desk"]);
    expect(
      who(
        "secretsmanager:GetSecretValue",
        `<${idOf(node, "AWS::SecretsManager::Secret", "ClientSecret")}>`,
      ),
    ).toEqual(["Desk"]);
  });

  test("the key's own policy turns everybody else away", () => {
    for (const [template, key, roles] of [
      [node, "ReleaseKey", ["ReleaseRole", "KeepRole"]],
      [node, "AnswerKey", ["AnswerRole", "LogRole"]],
      [node, "SessionKey", ["DeskRole"]],
      [hub, "HubKey", ["TokenRole", "QueryRole", "LogRole"]],
    ] as const) {
      const [, properties] = ofType(template, "AWS::KMS::Key").find(([id]) => id.startsWith(key))!;
      expect(properties).toMatchObject({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
      const { Statement } = properties.KeyPolicy as {
        Statement: { Effect: string; Action: string; Condition?: never }[];
      };
      const deny = Statement.find(({ Effect }) => Effect === "Deny")!;
      expect(deny.Action).toBe("kms:Sign");
      const names: unknown = [
        (deny.Condition as unknown as Record<string, Record<string, unknown>>).StringNotEquals![
          "aws:PrincipalArn"
        ],
      ].flat();
      expect((names as unknown[]).map(plain)).toEqual(
        roles.map((name) => `<${idOf(template, "AWS::IAM::Role", name)}.Arn>`),
      );
    }
  });
});

describe("functions", () => {
  const functions = () => all().flatMap((template) => ofType(template, "AWS::Lambda::Function"));

  test("all run on Node 24 and arm64, and which functions there are", () => {
    const names = functions().map(([, { Description }]) => Description);
    expect(names.sort()).toEqual(
      [
        "agreements",
        "answer",
        "catalogue",
        "consent",
        "dashboard",
        "dashboard",
        "desk",
        "indicators",
        "ingest",
        "log",
        "log",
        "members",
        "owner",
        "query",
        "release",
        "statements",
        "status",
        "status",
        "token",
      ].map((name) => `adapters/aws/lambda/${name}`),
    );
    for (const [, properties] of functions())
      expect(properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"] });
  });

  test("only what needs the engine gets the layer", () => {
    const withLayer = functions().flatMap(([, { Layers, Description }]) =>
      Layers ? [Description] : [],
    );
    expect(withLayer.sort()).toEqual([
      "adapters/aws/lambda/consent",
      "adapters/aws/lambda/ingest",
      "adapters/aws/lambda/release",
    ]);
  });

  test("the owner's function can start what takes persons out, and no other; the page's function can do nothing", () => {
    const starts = (name: string) =>
      who("lambda:InvokeFunction", arn("AWS::Lambda::Function", name));
    expect(starts("Consent")).toEqual(["Owner"]);
    for (const name of ["Ingest", "Release", "Answer", "Status"]) expect(starts(name)).toEqual([]);
    const page = statementsOf(node, idOf(node, "AWS::IAM::Role", "DashboardRole")).flatMap(
      ({ Action }) => [Action].flat(),
    );
    expect(page.sort()).toEqual(["logs:CreateLogStream", "logs:PutLogEvents"]);
  });

  test("the role of status can only write its log, and look for an item that is never there", () => {
    for (const template of all()) {
      const statusRole = idOf(template, "AWS::IAM::Role", "StatusRole");
      const actions = statementsOf(template, statusRole).flatMap(({ Effect, Action }) =>
        Effect === "Allow" ? [Action].flat() : [],
      );
      const outside = actions.filter((action) => !/^(dynamodb|kms):/.test(action));
      expect(outside.sort()).toEqual(["logs:CreateLogStream", "logs:PutLogEvents"]);
      const on = `<${idOf(template, "AWS::DynamoDB::Table", "Table")}.Arn>`;
      const reads = (pk: string) =>
        may(template, statusRole, {
          action: "dynamodb:GetItem",
          on,
          with: { "dynamodb:LeadingKeys": [pk] },
        });
      expect(
        ["status", "hub#member", "answer#pointer", "keep#key", "log#2026", "statuses"].filter(
          reads,
        ),
      ).toEqual(["status"]);
      expect(
        may(template, statusRole, {
          action: "dynamodb:PutItem",
          on,
          with: { "dynamodb:LeadingKeys": ["status"] },
        }),
      ).toBe(false);
    }
  });

  test("no environment says anything but names", () => {
    const known = [
      "TAVOLO_CONSENT",
      "TAVOLO_HUB",
      "TAVOLO_HUB_URL",
      "TAVOLO_KEY",
      "TAVOLO_MEMBER",
      "TAVOLO_OIDC",
      "TAVOLO_OIDC_SECRET",
      "TAVOLO_PAGE",
      "TAVOLO_PRIVATE",
      "TAVOLO_PUBLISHED",
      "TAVOLO_TABLE",
    ];
    const names = functions().flatMap(([, { Environment }]) =>
      Object.keys((Environment as { Variables: object } | undefined)?.Variables ?? {}),
    );
    expect([...new Set(names)].sort()).toEqual(known);
  });

  test("what has run out goes each night, before releases are made", () => {
    const rules = ofType(node, "AWS::Events::Rule").map(
      ([, properties]) =>
        properties as { ScheduleExpression: string; Targets: { Arn: unknown; Input: string }[] },
    );
    const [rule] = rules.filter(
      ({ Targets: [target] }) => target!.Input === JSON.stringify({ do: "run-out" }),
    );
    expect(plain(rule!.Targets[0]!.Arn)).toMatch(/^<Consent[0-9A-F]+\.Arn>$/);
    expect(rule!.ScheduleExpression).toBe("cron(17 1 * * ? *)");
  });

  test("the release function is started by a schedule, with plain names", () => {
    const rules = ofType(node, "AWS::Events::Rule").map(([, properties]) => properties);
    // besides: rows that run out, the log, and what was held back until an instant
    expect(rules).toHaveLength(4);
    expect(
      rules.filter(({ Targets }) =>
        (Targets as { Input: string }[]).some(({ Input }) => Input === '{"do":"planned"}'),
      ),
    ).toMatchObject([{ ScheduleExpression: "rate(1 minute)" }]);
    const [target] = rules.find(({ ScheduleExpression }) =>
      String(ScheduleExpression).startsWith("cron(17 2"),
    )!.Targets as {
      Arn: unknown;
      Input: string;
    }[];
    expect(plain(target!.Arn)).toMatch(/^<Release[0-9A-F]+\.Arn>$/);
    expect(JSON.parse(target!.Input)).toEqual({ dataset: "prestazioni", period: "2022" });
  });
});

test.each(["hub", "node"] as const)(
  "the addresses of the %s are those of the table of routes",
  (at) => {
    const template = at === "hub" ? hub : node;
    const served = ofType(template, "AWS::ApiGatewayV2::Route").map(([, { RouteKey, Target }]) => {
      const integration = plain(Target).replace(/^integrations\/<(.*)>$/, "$1");
      return `${RouteKey} ${functionBehind(template, integration)}`;
    });
    const expected = routes
      .filter((route) => route.at === at)
      .map(({ method, path, serves }) => `${method} ${path} adapters/aws/lambda/${serves}`);
    expect(served.sort()).toEqual(expected.sort());
  },
);

function functionBehind(template: TemplateJson, integration: string): unknown {
  const [, { IntegrationUri }] = ofType(template, "AWS::ApiGatewayV2::Integration").find(
    ([id]) => id === integration,
  )!;
  return ofType(template, "AWS::Lambda::Function").find(
    ([id]) => `<${id}.Arn>` === plain(IntegrationUri),
  )![1].Description;
}

test("tables are encrypted with a key of their own, keep a history, and let expired items go", () => {
  for (const template of all()) {
    const [[, table]] = ofType(template, "AWS::DynamoDB::Table") as [
      [string, Record<string, unknown>],
    ];
    expect(table).toMatchObject({
      SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      DeletionProtectionEnabled: true,
    });
  }
});

test("a node whose owner names no provider has no desk, no session key and no address of one", async () => {
  const at = await mkdtemp(join(tmpdir(), "no-desk-"));
  const plainNode = Template.fromStack(
    build(at, false, ({ oidc: _, ...config }) => config).node,
  ).toJSON() as TemplateJson;
  await rm(at, { recursive: true, force: true });
  expect(
    ofType(plainNode, "AWS::Lambda::Function").map(([, { Description }]) => Description),
  ).not.toContain("adapters/aws/lambda/desk");
  expect(JSON.stringify(plainNode)).not.toMatch(
    /desk#signin|SessionKey|OIDC|GET \/desk|AWS::SecretsManager/,
  );
});

test("a configuration that does not say what it means is refused", () => {
  const node = { member: "IT-028060", hub: "tavolo-hub" };
  const oidc = { issuer: "https://id.example.org", client: "tavolo", roles: {} };
  for (const right of [node, { ...node, hubUrl: "https://hub.example.org", oidc }])
    expect(FederationConfig.safeParse({ region: "eu-south-1", nodes: [right] }).success).toBe(true);
  for (const wrong of [
    { nodes: [node] },
    { region: "Milan" },
    { region: "eu-south-1", nodes: [{ ...node, oidc }] },
    {
      region: "eu-south-1",
      nodes: [
        {
          ...node,
          hubUrl: "https://hub.example.org",
          oidc: { ...oidc, issuer: "http://id.example.org" },
        },
      ],
    },
    {
      region: "eu-south-1",
      nodes: [{ ...node, hubUrl: "https://hub.example.org", oidc: { ...oidc, secret: "s3cret" } }],
    },
    { region: "eu-south-1", nodes: [node, node] },
    { region: "eu-south-1", noiseKey: "x" },
  ])
    expect(FederationConfig.safeParse(wrong).success).toBe(false);
});
