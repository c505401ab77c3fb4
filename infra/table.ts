/** A member's one table. Who may touch an item is said by its partition key, which begins with the role that owns it. */
import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { Effect, type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { storedItems } from "../schemas/items/all.ts";
import { type At, type Role, rightsOf } from "../schemas/items/item.ts";

/** Every way past a partition key: reading the whole table, or SQL over it. */
const UNKEYED = ["dynamodb:Scan", "dynamodb:PartiQL*", "dynamodb:ExportTableToPointInTime"];

export class MemberTable extends Construct {
  readonly table: Table;
  readonly #key: Key;
  readonly #at: At;

  constructor(scope: Construct, id: string, at: At) {
    super(scope, id);
    this.#at = at;
    this.#key = new Key(this, "Key", {
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
      description: "items at rest",
    });
    this.table = new Table(this, "Table", {
      partitionKey: { name: "pk", type: AttributeType.STRING },
      sortKey: { name: "sk", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: "expiresAt",
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.#key,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  get name(): string {
    return this.table.tableName;
  }

  /** What the declarations of stored items give a role, and what they deny it whatever else is ever granted. */
  grant(role: IRole, name: Role): void {
    const { read, write, remove, never } = rightsOf(name, this.#at, storedItems);
    const resources = [this.table.tableArn];
    const allow = (actions: string[], keys: readonly string[]) =>
      role.addToPrincipalPolicy(
        new PolicyStatement({ actions, resources, conditions: keyed(keys) }),
      );
    if (read.length > 0)
      allow(["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"], read);
    if (write.length > 0) allow(["dynamodb:GetItem", "dynamodb:PutItem"], write);
    if (remove.length > 0) allow(["dynamodb:DeleteItem"], remove);
    role.addToPrincipalPolicy(
      new PolicyStatement({ effect: Effect.DENY, actions: UNKEYED, resources }),
    );
    if (never.length > 0) {
      const conditions = { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": [...never] } };
      role.addToPrincipalPolicy(
        new PolicyStatement({
          effect: Effect.DENY,
          actions: ["dynamodb:*"],
          resources,
          conditions,
        }),
      );
    }
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:GenerateDataKey*",
          "kms:ReEncrypt*",
        ],
        resources: [this.#key.keyArn],
        // the key serves the table and nothing else
        conditions: { StringLike: { "kms:ViaService": "dynamodb.*.amazonaws.com" } },
      }),
    );
  }
}

/** ForAllValues holds where the request names no key at all, as a scan does: so a key must be there. */
const keyed = (keys: readonly string[]) => ({
  "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [...keys] },
  Null: { "dynamodb:LeadingKeys": "false" },
});
