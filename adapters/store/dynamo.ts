/** A member's table in DynamoDB, or in anything that speaks its protocol. */

import { randomUUID } from "node:crypto";
import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ResourceInUseException,
} from "@aws-sdk/client-dynamodb";
import { found } from "../../schemas/found.ts";
import type { Condition, Item, Store } from "../../schemas/ports.ts";

type Attributes = Record<string, AttributeValue>;

/** Keys that one BatchGetItem takes. */
const BATCH = 100;

/**
 * The store over one table. Reads are strongly consistent. Expired items are returned as they are: whoever uses
 * them judges `expiresAt` by the clock of the request.
 */
export function dynamoStore(client: DynamoDBClient, table: string): Store {
  async function getAttributes(pk: string, sk: string): Promise<Attributes | undefined> {
    const key = { pk: { S: pk }, sk: { S: sk } };
    return (
      await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }))
    ).Item;
  }

  return {
    async get(pk, sk) {
      const there = await getAttributes(pk, sk);
      return there && toItem(there);
    },

    async getMany(pk, sks) {
      const items: Item[] = [];
      const wanted = [...new Set(sks)].map((sk) => ({ pk: { S: pk }, sk: { S: sk } }));
      for (let from = 0; from < wanted.length; from += BATCH) {
        let keys: Attributes[] | undefined = wanted.slice(from, from + BATCH);
        // what a busy table leaves undone is asked for again
        while (keys !== undefined && keys.length > 0) {
          const request = { RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } };
          const page: BatchGetItemCommandOutput = await client.send(
            new BatchGetItemCommand(request),
          );
          items.push(...(page.Responses?.[table] ?? []).map(toItem));
          keys = page.UnprocessedKeys?.[table]?.Keys;
        }
      }
      return items;
    },

    async put(item, condition) {
      const write = randomUUID();
      try {
        await client.send(
          new PutItemCommand({
            TableName: table,
            Item: toAttributes(item, write),
            ...(condition && expressionOf(condition)),
          }),
        );
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // Where the client tried again because a response got lost, it may have been beaten by its own first attempt.
        if ((error.$metadata.attempts ?? 1) < 2) return false;
        return (await getAttributes(item.pk, item.sk))?.write?.S === write;
      }
    },

    async delete(pk, sk) {
      await client.send(
        new DeleteItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } }),
      );
    },

    async *query(pk, { prefix = "", limit = Number.POSITIVE_INFINITY } = {}) {
      let left = limit;
      let from: Attributes | undefined;
      while (left > 0) {
        const page = await client.send(
          new QueryCommand({
            TableName: table,
            ConsistentRead: true,
            KeyConditionExpression:
              prefix === "" ? "pk = :pk" : "pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues: {
              ":pk": { S: pk },
              ...(prefix !== "" && { ":prefix": { S: prefix } }),
            },
            ...(left < Number.POSITIVE_INFINITY && { Limit: left }),
            ...(from && { ExclusiveStartKey: from }),
          }),
        );
        for (const attributes of page.Items ?? []) yield toItem(attributes);
        left -= page.Items?.length ?? 0;
        from = page.LastEvaluatedKey;
        if (!from) return;
      }
    },
  };
}

/** Makes the table where it is not there yet. For local use: deployed, the table belongs to the stack. */
export async function createTable(client: DynamoDBClient, table: string): Promise<void> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
        AttributeDefinitions: [
          { AttributeName: "pk", AttributeType: "S" },
          { AttributeName: "sk", AttributeType: "S" },
        ],
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  // the SDK's own waiter sleeps for whole seconds; an embedded store is ready in milliseconds
  for (let tries = 0; tries < 600; tries++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    if (Table?.TableStatus === "ACTIVE") return;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error(`table ${table} does not become active`);
}

function toAttributes(item: Item, write: string): Attributes {
  const body = JSON.stringify(item.body);
  if (body === undefined) throw new TypeError("The body of an item must be JSON");
  return {
    pk: { S: item.pk },
    sk: { S: item.sk },
    body: { S: body },
    revision: { N: String(item.revision) },
    ...(item.expiresAt !== undefined && { expiresAt: { N: String(item.expiresAt) } }),
    // Tells one write from another that says the same.
    write: { S: write },
  };
}

function toItem({ pk, sk, body, revision, expiresAt }: Attributes): Item {
  return {
    pk: found(pk?.S),
    sk: found(sk?.S),
    body: JSON.parse(found(body?.S)),
    revision: Number(found(revision?.N)),
    ...(expiresAt && { expiresAt: Number(expiresAt.N) }),
  };
}

/** An item that is not there counts as below every revision. At the second of `expiresAt`, an item has expired. */
function expressionOf(condition: Condition): {
  ConditionExpression: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Attributes;
} {
  const compare = (expression: string, name: string, value: number) => ({
    ConditionExpression: expression,
    ExpressionAttributeNames: { "#name": name },
    ExpressionAttributeValues: { ":value": { N: String(value) } },
  });
  switch (condition.kind) {
    case "absent":
      return { ConditionExpression: "attribute_not_exists(pk)" };
    case "absent-or-expired":
      return compare("attribute_not_exists(pk) OR #name <= :value", "expiresAt", condition.now);
    case "revision":
      return compare("#name = :value", "revision", condition.is);
    case "revision-below":
      return compare("attribute_not_exists(pk) OR #name < :value", "revision", condition.than);
  }
}
