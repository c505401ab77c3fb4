/** The hub: who is a member, who agreed to what, and questions on their way. It holds no rows and no figures. */
import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { HubConfig } from "./config.ts";
import { functionOf, roleOf } from "./function.ts";
import { httpApi } from "./http.ts";
import { signingKey } from "./signing-key.ts";
import { MemberTable } from "./table.ts";

const BOOKS = ["hub#member", "hub#agreement"];
const RECORDS = ["hub#replay", "log#*"];

export class HubStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: StackProps & { readonly config: HubConfig }) {
    super(scope, id, props);
    const table = new MemberTable(this, "Table");
    const roles = { token: roleOf(this, "TokenRole"), query: roleOf(this, "QueryRole"), catalogue: roleOf(this, "CatalogueRole") };
    const key = signingKey(this, "HubKey", [roles.token, roles.query]);

    table.grant(roles.token, { read: ["hub#member"], write: RECORDS });
    table.grant(roles.query, { read: BOOKS, write: RECORDS });
    table.grant(roles.catalogue, { read: BOOKS });

    const reader = { TAVOLO_MEMBER: config.member, TAVOLO_TABLE: table.name };
    const environment = { ...reader, TAVOLO_KEY: key.keyArn };
    const stage = httpApi(this, "hub", {
      token: functionOf(this, "token", { role: roles.token, environment }),
      // it waits for nodes: longer than any of them has to answer
      query: functionOf(this, "query", { role: roles.query, environment, memory: 1024, timeout: Duration.seconds(25) }),
      catalogue: functionOf(this, "catalogue", { role: roles.catalogue, environment: reader }),
      status: functionOf(this, "status", { memory: 128 }),
    });

    new CfnOutput(this, "Url", { value: stage.url });
    new CfnOutput(this, "TableName", { value: table.name });
    new CfnOutput(this, "HubKeyArn", { value: key.keyArn });
  }
}
