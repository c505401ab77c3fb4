import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { mockClient } from "aws-sdk-client-mock";
import { expect, test } from "vitest";
import { lambdaJob } from "./lambda.ts";

const payload = (value: unknown) =>
  Object.assign(new TextEncoder().encode(JSON.stringify(value)), {
    transformToString: () => JSON.stringify(value),
  });
function jobOf(reply: object | Error) {
  const client = mockClient(LambdaClient);
  if (reply instanceof Error) client.on(InvokeCommand).rejects(reply);
  else client.on(InvokeCommand).resolves(reply);
  return { client, job: lambdaJob(new LambdaClient({ region: "eu-south-1" }), "consent") };
}

test("the event goes to the function of this name, and what it returns comes back", async () => {
  const { client, job } = jobOf({
    Payload: payload({ outcome: "withdrawn", receipts: ["a.b.c"] }),
  });
  expect(await job({ dataset: "prestazioni" })).toEqual({
    outcome: "withdrawn",
    receipts: ["a.b.c"],
  });
  expect(client.commandCalls(InvokeCommand)[0]!.args[0].input).toEqual({
    FunctionName: "consent",
    Payload: '{"dataset":"prestazioni"}',
  });
});

test.each<[string, object | Error, object]>([
  [
    "a refusal",
    { Payload: payload({ outcome: "refused", reason: "key-destroyed", detail: "gone" }) },
    { reason: "key-destroyed", hint: { detail: "gone" } },
  ],
  [
    "a refusal of no known reason",
    { Payload: payload({ outcome: "refused", reason: "whatever" }) },
    { reason: "internal" },
  ],
  [
    "a fault there",
    { FunctionError: "Unhandled", Payload: payload({ errorMessage: "RSSMRA80A01H501U" }) },
    { reason: "unavailable" },
  ],
  ["no answer", new Error("RSSMRA80A01H501U"), { reason: "unavailable" }],
])("%s is refused, and says nothing of what was sent", async (_, reply, expected) => {
  const error = await jobOf(reply)
    .job({ identifiers: [["RSSMRA80A01H501U"]] })
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject(expected);
  expect(JSON.stringify(error)).not.toContain("RSSMRA");
});
