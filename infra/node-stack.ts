/**
 * A node, and the wall in it: roles with sets of rights of their own. *keep* takes files in and writes versions; *release* reads
 * versions and writes what is published; *answer* reads what is published; *owner* reads accounts, pointers and logs, and no file with
 * rows. Only *answer* can be reached by others, and *owner* by the member itself, under its own key.
 */
import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { SealedBucket } from "./bucket.ts";
import type { NodeConfig } from "./config.ts";
import { deskFunction } from "./desk.ts";
import { functionOf, roleOf } from "./function.ts";
import { httpApi } from "./http.ts";
import { duckDbLayer } from "./layer.ts";
import { logFunction } from "./log.ts";
import { signingKey } from "./signing-key.ts";
import { MemberTable } from "./table.ts";

const roles = (scope: Construct) => ({
  keep: roleOf(scope, "KeepRole"),
  release: roleOf(scope, "ReleaseRole"),
  answer: roleOf(scope, "AnswerRole"),
  owner: roleOf(scope, "OwnerRole"),
  dashboard: roleOf(scope, "DashboardRole"),
  log: roleOf(scope, "LogRole"),
  status: roleOf(scope, "StatusRole"),
});
type Roles = ReturnType<typeof roles>;

function grantObjects(
  hidden: SealedBucket,
  published: SealedBucket,
  { keep, release, answer, owner }: Roles,
): void {
  const own = ["versions/", "drafts/versions/"];
  hidden.grant(keep, {
    read: ["inbox/", "descriptors/", "keys/", ...own],
    write: ["keys/", ...own],
    delete: ["keys/", ...own],
  });
  // the keys of pseudonyms lie in this bucket too, where only keep may read them
  hidden.grant(release, {
    read: ["versions/", "drafts/"],
    write: ["drafts/"],
    delete: ["drafts/"],
  });
  hidden.forbid(answer);
  hidden.forbid(owner);
  published.grant(release, { read: ["releases/"], write: ["releases/"] });
  published.grant(answer, { read: ["releases/", "trust/"] });
  published.grant(owner, { read: ["trust/"] });
  published.forbid(keep);
}

/** Starts each release every night; on most nights none is due, and it refuses. An attempt that died is taken up the next night. */
function schedule(scope: Construct, handler: IFunction, { releases }: NodeConfig): void {
  for (const { dataset, period } of releases)
    new Rule(scope, `Release-${dataset}-${period}`, {
      schedule: Schedule.cron({ minute: "17", hour: "2" }),
      targets: [
        new LambdaFunction(handler, {
          event: RuleTargetInput.fromObject({ dataset, period }),
          retryAttempts: 2,
        }),
      ],
    });
}

/** Each night, before the releases: rows that have run out go, and what was left half done is finished. */
function runOut(scope: Construct, handler: IFunction): void {
  new Rule(scope, "RunOut", {
    schedule: Schedule.cron({ minute: "17", hour: "1" }),
    targets: [
      new LambdaFunction(handler, {
        event: RuleTargetInput.fromObject({ do: "run-out" }),
        retryAttempts: 2,
      }),
    ],
  });
}

/** Every minute: what was held back is out within one of its instant. */
function planned(scope: Construct, handler: IFunction): void {
  new Rule(scope, "Planned", {
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [
      new LambdaFunction(handler, {
        event: RuleTargetInput.fromObject({ do: "planned" }),
        retryAttempts: 0,
      }),
    ],
  });
}

interface DeskOf {
  readonly table: MemberTable;
  readonly published: SealedBucket;
  readonly config: NodeConfig;
  readonly base: Record<string, string>;
}
/** None where the owner names no provider. */
function deskOf(
  scope: Construct,
  { table, published, config: { hub, hubUrl, oidc }, base }: DeskOf,
): IFunction | undefined {
  if (oidc === undefined || hubUrl === undefined) return undefined;
  return deskFunction(scope, {
    table,
    published,
    oidc,
    environment: { ...base, TAVOLO_HUB: hub, TAVOLO_HUB_URL: hubUrl },
  });
}

export class NodeStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { config, ...props }: StackProps & { readonly config: NodeConfig },
  ) {
    super(scope, id, props);
    const table = new MemberTable(this, "Table", "node");
    // not versioned: who withdraws must be gone from what is stored, and an older version of an object would still have them
    const hidden = new SealedBucket(this, "Private", {
      versioned: false,
      expire: { "inbox/": Duration.days(1) },
    });
    const published = new SealedBucket(this, "Published", { versioned: true });
    const by = roles(this);
    const releaseKey = signingKey(this, "ReleaseKey", [by.release, by.keep]);
    const answerKey = signingKey(this, "AnswerKey", [by.answer, by.log]);
    for (const name of ["keep", "release", "answer", "owner", "status"] as const)
      table.grant(by[name], name);
    grantObjects(hidden, published, by);

    const base = { TAVOLO_MEMBER: config.member, TAVOLO_TABLE: table.name };
    const heavy = { engine: duckDbLayer(this), memory: 3008, timeout: Duration.minutes(15) };
    const keep = { ...heavy, role: by.keep, environment: { ...base, TAVOLO_PRIVATE: hidden.name } };
    const ingest = functionOf(this, "ingest", keep);
    // receipts of persons are signed with the release key: what keep may write is read by nobody outside
    const consent = functionOf(this, "consent", {
      ...keep,
      environment: { ...keep.environment, TAVOLO_KEY: releaseKey.keyArn },
    });
    runOut(this, consent);
    const release = functionOf(this, "release", {
      ...heavy,
      role: by.release,
      environment: {
        ...base,
        TAVOLO_KEY: releaseKey.keyArn,
        TAVOLO_PRIVATE: hidden.name,
        TAVOLO_PUBLISHED: published.name,
      },
    });
    schedule(this, release, config);
    planned(this, release);
    const answer = functionOf(this, "answer", {
      role: by.answer,
      memory: 1024,
      environment: {
        ...base,
        TAVOLO_HUB: config.hub,
        TAVOLO_KEY: answerKey.keyArn,
        TAVOLO_PUBLISHED: published.name,
      },
    });
    // it can start what takes persons out, and nothing else: the keys that find them are not its own
    const owner = functionOf(this, "owner", {
      role: by.owner,
      memory: 1024,
      timeout: Duration.seconds(29),
      environment: {
        ...base,
        TAVOLO_PUBLISHED: published.name,
        TAVOLO_CONSENT: consent.functionName,
        ...(config.hubUrl ? { TAVOLO_HUB_URL: config.hubUrl } : {}),
      },
    });
    consent.grantInvoke(by.owner);
    const dashboard = functionOf(this, "dashboard", {
      role: by.dashboard,
      memory: 256,
      page: true,
      environment: { TAVOLO_PAGE: "owner.html" },
    });
    const log = logFunction(this, by.log, table, { ...base, TAVOLO_KEY: answerKey.keyArn });
    const status = functionOf(this, "status", {
      role: by.status,
      memory: 128,
      environment: { TAVOLO_TABLE: table.name },
    });
    const desk = deskOf(this, { table, published, config, base });
    const stage = httpApi(this, "node", {
      answer,
      log,
      status,
      owner,
      dashboard,
      ...(desk ? { desk } : {}),
    });

    const outputs = {
      Url: stage.url,
      TableName: table.name,
      PrivateBucket: hidden.name,
      PublishedBucket: published.name,
    };
    const keys = { ReleaseKeyArn: releaseKey.keyArn, AnswerKeyArn: answerKey.keyArn };
    const functions = {
      IngestName: ingest.functionName,
      ConsentName: consent.functionName,
      ReleaseName: release.functionName,
    };
    for (const [name, value] of Object.entries({ ...outputs, ...keys, ...functions }))
      new CfnOutput(this, name, { value });
  }
}
