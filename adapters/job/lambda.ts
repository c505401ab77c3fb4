/** Invokes another Lambda of the same node by its name. IAM decides who may. */
import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { isReason, Refused } from "../../schemas/refusal.ts";

const utf8 = new TextDecoder();

/**
 * Runs one job of a function and gives what it returned. Throws `Refused` where the function refused (`{ outcome: "refused", reason,
 * detail? }`), and unavailable where it failed or could not be started.
 */
export const lambdaJob =
  (client: LambdaClient, name: string) =>
  async (event: object): Promise<unknown> => {
    const { Payload, FunctionError } = await client
      .send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }))
      .catch(() => ({ Payload: undefined, FunctionError: "Unreachable" }));
    // what went wrong there may quote what was sent: it stays there
    if (FunctionError !== undefined || Payload === undefined)
      throw new Refused(
        "unavailable",
        "it was not done, or not to the end; doing it again is safe",
      );
    const result = JSON.parse(utf8.decode(Payload)) as {
      outcome?: unknown;
      reason?: unknown;
      detail?: unknown;
    };
    if (result.outcome !== "refused") return result;
    const reason =
      typeof result.reason === "string" && isReason(result.reason) ? result.reason : "internal";
    throw new Refused(reason, typeof result.detail === "string" ? result.detail : {});
  };
