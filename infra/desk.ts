/**
 * The desk of a node: people sign in with their organisation's provider and get a session. It alone may use the session key, and that key
 * is all that it has: it reads whom the node trusts, keeps sign-ins under way, and leaves what happened to the private log.
 */
import { CfnOutput } from "aws-cdk-lib";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import type { OidcConfig } from "../schemas/desk.ts";
import type { SealedBucket } from "./bucket.ts";
import { functionOf, roleOf } from "./function.ts";
import { signingKey } from "./signing-key.ts";
import type { MemberTable } from "./table.ts";

interface DeskParts {
  readonly table: MemberTable;
  readonly published: SealedBucket;
  readonly oidc: OidcConfig;
  readonly environment: Record<string, string>;
}

export function deskFunction(
  scope: Construct,
  { table, published, oidc, environment }: DeskParts,
): IFunction {
  const role = roleOf(scope, "DeskRole");
  table.grant(role, "desk");
  published.grant(role, { read: ["trust/"] });
  const key = signingKey(scope, "SessionKey", [role]);
  new CfnOutput(scope, "SessionKeyArn", { value: key.keyArn });
  const told = { ...environment, TAVOLO_PUBLISHED: published.name, TAVOLO_KEY: key.keyArn };
  const client: Record<string, string> = {};
  if (oidc.auth === "key") client.TAVOLO_OIDC_KEY = signingKey(scope, "ClientKey", [role]).keyArn;
  if (oidc.auth === "secret") {
    // made empty: the owner puts in what the provider gave
    const secret = new Secret(scope, "ClientSecret", {
      description: "the desk's secret at its OpenID provider",
    });
    secret.grantRead(role);
    client.TAVOLO_OIDC_SECRET = secret.secretArn;
    new CfnOutput(scope, "ClientSecretArn", { value: secret.secretArn });
  }
  return functionOf(scope, "desk", {
    role,
    memory: 512,
    environment: { ...told, ...client, TAVOLO_OIDC: JSON.stringify(oidc) },
  });
}
