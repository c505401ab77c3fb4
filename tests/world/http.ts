/** Requests as a stranger would send them, and what every refusal must look like. */
import { expect } from "vitest";
import { problemType, type Reason, refusals } from "../../schemas/refusal.ts";

export const post = (
  url: string,
  body: string,
  type = "application/jose",
  headers: Readonly<Record<string, string>> = {},
) =>
  fetch(url, {
    method: "POST",
    body,
    headers: { "content-type": type, ...headers },
    redirect: "error",
  });

/** A refusal is problem+json with the type and sentence of the closed table: no stack, no text of ours beside it, no data. */
export async function expectProblem(
  response: Response,
  reason: Reason,
  detail?: RegExp,
): Promise<void> {
  const text = await response.text();
  expect(response.headers.get("content-type"), text).toBe("application/problem+json");
  const body = JSON.parse(text) as Record<string, unknown>;
  const { status, title } = refusals[reason];
  expect(body).toMatchObject({ type: problemType(reason), title, status });
  expect(response.status).toBe(status);
  if (detail) expect(body.detail).toMatch(detail);
  const members = ["type", "title", "status", "detail", "errors", "error", "error_description"];
  expect(Object.keys(body).filter((name) => !members.includes(name))).toEqual([]);
  expect(text).not.toMatch(/node_modules|\.ts:\d|\n\s+at |"value"|"figures"|SELECT|ECONN|ENOENT/);
  expect(text.length).toBeLessThan(2000);
}
