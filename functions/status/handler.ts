/** Whether the function answers at all (ModI, RAC_REST_NAME: `/status` answers in problem+json). Looks at nothing behind it. */
import { type Edge, http, routed } from "../shared/http.ts";

export const edge = (): Edge =>
  http(
    routed({
      "GET /status": async () => ({
        statusCode: 200,
        headers: { "content-type": "application/problem+json" },
        body: JSON.stringify({ status: 200, title: "OK" }),
      }),
    }),
  );
