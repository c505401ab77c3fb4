/** Every address that answers, once: the local server, the CDK stacks and the reference are made from this table. */
export interface Route {
  readonly at: "hub" | "node";
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Folder under functions/ whose handler serves it. */
  readonly serves: "token" | "query" | "answer" | "catalogue" | "status";
}

export const routes: readonly Route[] = [
  { at: "hub", method: "POST", path: "/token.oauth2", serves: "token" },
  { at: "hub", method: "POST", path: "/v1/query", serves: "query" },
  { at: "hub", method: "GET", path: "/v1/members", serves: "catalogue" },
  { at: "hub", method: "GET", path: "/v1/datasets", serves: "catalogue" },
  { at: "hub", method: "GET", path: "/v1/agreements", serves: "catalogue" },
  { at: "hub", method: "GET", path: "/v1/accounts", serves: "catalogue" },
  { at: "hub", method: "GET", path: "/status", serves: "status" },
  { at: "node", method: "POST", path: "/v1/answer", serves: "answer" },
  { at: "node", method: "GET", path: "/v1/releases", serves: "answer" },
  { at: "node", method: "GET", path: "/v1/releases/{dataset}/{period}/{number}/cube", serves: "answer" },
  { at: "node", method: "GET", path: "/v1/releases/{dataset}/{period}/{number}/manifest", serves: "answer" },
  { at: "node", method: "GET", path: "/v1/accounts/{year}", serves: "answer" },
  { at: "node", method: "GET", path: "/v1/reports/{dataset}/{period}/{name}", serves: "answer" },
  { at: "node", method: "GET", path: "/status", serves: "status" },
];
