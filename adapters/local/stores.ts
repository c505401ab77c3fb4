/** Clients of the embedded stores. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** The access key is what the embedded store asks for at its door; nothing else about it is a secret of AWS. */
export const localClient = (url: string, accessKeyId: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint: url,
    region: "local",
    credentials: { accessKeyId, secretAccessKey: "local" },
    maxAttempts: 2,
  });

export const tableOf = (member: string): string => `tavolo-${member}`;
