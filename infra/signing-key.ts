/** A key that signs, and the roles that may sign with it: not even an administrator may, short of changing the key's own policy. */
import { RemovalPolicy } from "aws-cdk-lib";
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key, KeySpec, KeyUsage } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";

export function signingKey(scope: Construct, id: string, roles: readonly IRole[]): Key {
  const key = new Key(scope, id, {
    keySpec: KeySpec.ECC_NIST_P256,
    keyUsage: KeyUsage.SIGN_VERIFY,
    description: `signs: ${id}`,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  for (const role of roles)
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["kms:GetPublicKey", "kms:Sign"], resources: [key.keyArn] }),
    );
  key.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ["kms:Sign"],
      resources: ["*"],
      conditions: { StringNotEquals: { "aws:PrincipalArn": roles.map(({ roleArn }) => roleArn) } },
    }),
  );
  return key;
}
