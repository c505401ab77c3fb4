/**
 * The function of a member's log: it answers for it, and gives what waits its place, when asked and every minute. It alone may
 * write the tree; who appends can only put into the inbox.
 */
import { Duration } from "aws-cdk-lib";
import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IRole } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { functionOf } from "./function.ts";
import type { MemberTable } from "./table.ts";

export function logFunction(
  scope: Construct,
  role: IRole,
  table: MemberTable,
  environment: Record<string, string>,
): IFunction {
  table.grant(role, "log");
  const handler = functionOf(scope, "log", { role, environment, timeout: Duration.seconds(50) });
  new Rule(scope, "Sequence", {
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [
      new LambdaFunction(handler, { event: RuleTargetInput.fromObject({ sequence: true }) }),
    ],
  });
  return handler;
}
