/** Clients of the embedded stores. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** The access key is what the embedded store asks for at its door; nothing else about it is a secret of AWS. */
export const localClient = (url: string, accessKeyId: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint: url,
    region: "local",
    credentials: { accessKeyId, secretAccessKey: "local" },
    maxAttempts: 2,
    // the door looks at the name alone, and dynalite at nothing: a signature would be computed for nobody, a seventh of every call
    signer: {
      async sign(request) {
        const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
        const scope = `${accessKeyId}/${date.slice(0, 8)}/local/dynamodb/aws4_request`;
        request.headers.authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
        request.headers["x-amz-date"] = date;
        return request;
      },
    },
  });

export const tableOf = (member: string): string => `tavolo-${member}`;
