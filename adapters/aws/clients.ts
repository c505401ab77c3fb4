/**
 * The only file that makes clients of AWS for deployed functions. Region and credentials come from where Lambda puts them. One client
 * of a service is enough for a process: its connections are kept between requests.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Blobs, Signer, Store } from "../../schemas/ports.ts";
import { s3Blobs } from "../blobs/s3.ts";
import { lambdaJob } from "../job/lambda.ts";
import { kmsSigner } from "../keys/kms.ts";
import { dynamoStore } from "../store/dynamo.ts";

export const tableStore = (table: string): Store => dynamoStore(new DynamoDBClient({}), table);

/** `scratch` holds the copies that an engine reads; a function that only reads whole files has none. */
export const bucketBlobs = (bucket: string, scratch: string): Blobs =>
  s3Blobs(new S3Client({}), bucket, "", scratch);

/** The text of a secret. */
export async function secretText(name: string): Promise<string> {
  const { SecretString } = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId: name }),
  );
  if (!SecretString) throw new Error(`the secret ${name} holds no text`);
  return SecretString;
}

export const keySigner = (keyId: string): Promise<Signer> => kmsSigner(new KMSClient({}), keyId);

export const functionJob = (name: string) => lambdaJob(new LambdaClient({}), name);
