/**
 * A node, and the wall in it: three roles with three sets of rights. *keep* takes files in and writes versions; *release* reads
 * versions and writes what is published; *answer* reads what is published. Only *answer* can be reached from outside.
 */
import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { SealedBucket } from "./bucket.ts";
import type { NodeConfig } from "./config.ts";
import { functionOf, roleOf } from "./function.ts";
import { httpApi } from "./http.ts";
import { duckDbLayer } from "./layer.ts";
import { INBOX, logFunction } from "./log.ts";
import { signingKey } from "./signing-key.ts";
import { MemberTable } from "./table.ts";

/** Where private events wait: those of keep, and those that release leaves to it. */
const PRIVATE_INBOXES = ["keep#log#inbox", "release#log#inbox"];

/** Consents, and receipts. */
const ABOUT_PERSONS = ["keep#consent#*", "keep#receipt#*"];

const roles = (scope: Construct) => ({
  keep: roleOf(scope, "KeepRole"),
  release: roleOf(scope, "ReleaseRole"),
  answer: roleOf(scope, "AnswerRole"),
  log: roleOf(scope, "LogRole"),
  status: roleOf(scope, "StatusRole"),
});
type Roles = ReturnType<typeof roles>;

function grantItems(table: MemberTable, { keep, release, answer }: Roles): void {
  table.grant(keep, {
    write: ["keep#*", "release#version", "release#withdrawal#*", "release#log#commitment"],
    read: ["release#version", "release#withdrawal#*", "release#log#inbox", ...ABOUT_PERSONS],
    // who is erased leaves nothing behind, and under a new key everybody has another name
    remove: [...PRIVATE_INBOXES, "release#withdrawal#*", ...ABOUT_PERSONS],
    never: ["answer#*"],
  });
  table.grant(release, {
    read: ["release#version", "release#withdrawal#*", "release#log#commitment"],
    write: ["release#account#*", "release#draft#*", "release#log#inbox", "answer#pointer", "answer#account", INBOX],
    never: ["keep#*"],
  });
  table.grant(answer, {
    read: ["answer#pointer", "answer#account", "answer#agreement", "answer#member"],
    write: ["answer#replay", "answer#member", INBOX],
    never: ["keep#*", "release#*"],
  });
}

function grantObjects(hidden: SealedBucket, published: SealedBucket, { keep, release, answer }: Roles): void {
  const own = ["versions/", "drafts/versions/"];
  hidden.grant(keep, { read: ["inbox/", "descriptors/", "keys/", ...own], write: ["keys/", ...own], delete: ["keys/", ...own] });
  // the keys of pseudonyms lie in this bucket too, where only keep may read them
  hidden.grant(release, { read: ["versions/", "drafts/"], write: ["drafts/"], delete: ["drafts/"] });
  hidden.forbid(answer);
  published.grant(release, { read: ["releases/"], write: ["releases/"] });
  published.grant(answer, { read: ["releases/", "trust/"] });
  published.forbid(keep);
}

/** Starts each release every night; on most nights none is due, and it refuses. An attempt that died is taken up the next night. */
function schedule(scope: Construct, handler: IFunction, { releases }: NodeConfig): void {
  for (const { dataset, period } of releases)
    new Rule(scope, `Release-${dataset}-${period}`, {
      schedule: Schedule.cron({ minute: "17", hour: "2" }),
      targets: [new LambdaFunction(handler, { event: RuleTargetInput.fromObject({ dataset, period }), retryAttempts: 2 })],
    });
}

/** Each night, before the releases: rows that have run out go, and what was left half done is finished. */
function runOut(scope: Construct, handler: IFunction): void {
  new Rule(scope, "RunOut", {
    schedule: Schedule.cron({ minute: "17", hour: "1" }),
    targets: [new LambdaFunction(handler, { event: RuleTargetInput.fromObject({ do: "run-out" }), retryAttempts: 2 })],
  });
}

export class NodeStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: StackProps & { readonly config: NodeConfig }) {
    super(scope, id, props);
    const table = new MemberTable(this, "Table");
    // not versioned: who withdraws must be gone from what is stored, and an older version of an object would still have them
    const hidden = new SealedBucket(this, "Private", { versioned: false, expire: { "inbox/": Duration.days(1) } });
    const published = new SealedBucket(this, "Published", { versioned: true });
    const by = roles(this);
    const releaseKey = signingKey(this, "ReleaseKey", [by.release, by.keep]);
    const answerKey = signingKey(this, "AnswerKey", [by.answer, by.log]);
    grantItems(table, by);
    grantObjects(hidden, published, by);

    const base = { TAVOLO_MEMBER: config.member, TAVOLO_TABLE: table.name };
    const heavy = { engine: duckDbLayer(this), memory: 3008, timeout: Duration.minutes(15) };
    const keep = { ...heavy, role: by.keep, environment: { ...base, TAVOLO_PRIVATE: hidden.name } };
    const ingest = functionOf(this, "ingest", keep);
    // receipts of persons are signed with the release key: what keep may write is read by nobody outside
    const consent = functionOf(this, "consent", { ...keep, environment: { ...keep.environment, TAVOLO_KEY: releaseKey.keyArn } });
    runOut(this, consent);
    const release = functionOf(this, "release", {
      ...heavy,
      role: by.release,
      environment: { ...base, TAVOLO_KEY: releaseKey.keyArn, TAVOLO_PRIVATE: hidden.name, TAVOLO_PUBLISHED: published.name },
    });
    schedule(this, release, config);
    const answer = functionOf(this, "answer", {
      role: by.answer,
      memory: 1024,
      environment: { ...base, TAVOLO_HUB: config.hub, TAVOLO_KEY: answerKey.keyArn, TAVOLO_PUBLISHED: published.name },
    });
    const log = logFunction(this, by.log, table, { ...base, TAVOLO_KEY: answerKey.keyArn });
    table.grant(by.status, { read: ["status"] });
    const status = functionOf(this, "status", { role: by.status, memory: 128, environment: { TAVOLO_TABLE: table.name } });
    const stage = httpApi(this, "node", { answer, log, status: status });

    const outputs = { Url: stage.url, TableName: table.name, PrivateBucket: hidden.name, PublishedBucket: published.name };
    const keys = { ReleaseKeyArn: releaseKey.keyArn, AnswerKeyArn: answerKey.keyArn };
    const functions = { IngestName: ingest.functionName, ConsentName: consent.functionName, ReleaseName: release.functionName };
    for (const [name, value] of Object.entries({ ...outputs, ...keys, ...functions })) new CfnOutput(this, name, { value });
  }
}
