/** The hub: who is a member, who agreed to what, and questions on their way. It holds no rows and no figures. */
import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { HubConfig } from "./config.ts";
import { functionOf, roleOf } from "./function.ts";
import { httpApi } from "./http.ts";
import { logFunction } from "./log.ts";
import { signingKey } from "./signing-key.ts";
import { MemberTable } from "./table.ts";

export class HubStack extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { config, ...props }: StackProps & { readonly config: HubConfig },
  ) {
    super(scope, id, props);
    const table = new MemberTable(this, "Table", "hub");
    const roles = {
      token: roleOf(this, "TokenRole"),
      query: roleOf(this, "QueryRole"),
      catalogue: roleOf(this, "CatalogueRole"),
      statements: roleOf(this, "StatementsRole"),
      indicators: roleOf(this, "IndicatorsRole"),
      log: roleOf(this, "LogRole"),
      members: roleOf(this, "MembersRole"),
      agreements: roleOf(this, "AgreementsRole"),
      status: roleOf(this, "StatusRole"),
      dashboard: roleOf(this, "DashboardRole"),
    };
    const key = signingKey(this, "HubKey", [roles.token, roles.query, roles.log]);

    // that of the page is given files and nothing else
    const { dashboard: _, log: __, ...reading } = roles;
    for (const [name, role] of Object.entries(reading))
      table.grant(role, name as keyof typeof reading);

    const reader = { TAVOLO_MEMBER: config.member, TAVOLO_TABLE: table.name };
    const environment = { ...reader, TAVOLO_KEY: key.keyArn };
    const stage = httpApi(this, "hub", {
      token: functionOf(this, "token", { role: roles.token, environment }),
      // it waits for nodes: longer than any of them has to answer
      query: functionOf(this, "query", {
        role: roles.query,
        environment,
        memory: 1024,
        timeout: Duration.seconds(25),
      }),
      catalogue: functionOf(this, "catalogue", { role: roles.catalogue, environment: reader }),
      statements: functionOf(this, "statements", { role: roles.statements, environment: reader }),
      indicators: functionOf(this, "indicators", { role: roles.indicators, environment: reader }),
      log: logFunction(this, roles.log, table, environment),
      agreements: functionOf(this, "agreements", { role: roles.agreements, environment: reader }),
      members: functionOf(this, "members", { role: roles.members, environment: reader }),
      status: functionOf(this, "status", {
        role: roles.status,
        memory: 128,
        environment: { TAVOLO_TABLE: table.name },
      }),
      // files and nothing else: its role has no right at all
      dashboard: functionOf(this, "dashboard", { role: roles.dashboard, memory: 256, page: true }),
    });

    new CfnOutput(this, "Url", { value: stage.url });
    new CfnOutput(this, "TableName", { value: table.name });
    new CfnOutput(this, "HubKeyArn", { value: key.keyArn });
  }
}
