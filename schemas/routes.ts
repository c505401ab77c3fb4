/** Every address that answers, once: the local server, the CDK stacks and the reference are made from this table. */
export interface Route {
  readonly at: "hub" | "node";
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** Folder under functions/ whose handler serves it. */
  readonly serves:
    | "token"
    | "query"
    | "answer"
    | "catalogue"
    | "members"
    | "agreements"
    | "status"
    | "log"
    | "statements"
    | "indicators"
    | "dashboard"
    | "owner"
    | "desk";
}

export const routes: readonly Route[] = [
  { at: "hub", method: "POST", path: "/token.oauth2", serves: "token" },
  { at: "hub", method: "GET", path: "/.well-known/oauth-authorization-server", serves: "token" },
  { at: "hub", method: "GET", path: "/.well-known/oauth-protected-resource", serves: "token" },
  { at: "hub", method: "GET", path: "/.well-known/jwks.json", serves: "token" },
  { at: "hub", method: "POST", path: "/v1/query", serves: "query" },
  { at: "hub", method: "GET", path: "/v1/tables/{dataset}/{period}", serves: "query" },
  { at: "hub", method: "GET", path: "/v1/statements/{id}", serves: "statements" },
  { at: "hub", method: "DELETE", path: "/v1/statements/{id}", serves: "statements" },
  { at: "hub", method: "GET", path: "/v1/members", serves: "catalogue" },
  { at: "hub", method: "POST", path: "/v1/members", serves: "members" },
  { at: "hub", method: "GET", path: "/v1/members/{id}/history", serves: "catalogue" },
  { at: "hub", method: "GET", path: "/v1/datasets", serves: "catalogue" },
  { at: "hub", method: "GET", path: "/v1/catalogue", serves: "catalogue" },
  { at: "hub", method: "GET", path: "/v1/agreements", serves: "agreements" },
  { at: "hub", method: "POST", path: "/v1/agreements", serves: "agreements" },
  {
    at: "hub",
    method: "GET",
    path: "/v1/agreements/{consumer}/{provider}/{dataset}/{number}",
    serves: "agreements",
  },
  { at: "hub", method: "GET", path: "/v1/accounts", serves: "catalogue" },
  { at: "hub", method: "GET", path: "/v1/indicators", serves: "indicators" },
  { at: "hub", method: "POST", path: "/v1/indicators", serves: "indicators" },
  { at: "hub", method: "GET", path: "/v1/practices", serves: "indicators" },
  { at: "hub", method: "POST", path: "/v1/practices", serves: "indicators" },
  { at: "hub", method: "GET", path: "/v1/log/head", serves: "log" },
  { at: "hub", method: "GET", path: "/v1/log/entries", serves: "log" },
  { at: "hub", method: "GET", path: "/v1/log/inclusion", serves: "log" },
  { at: "hub", method: "GET", path: "/v1/log/consistency", serves: "log" },
  { at: "hub", method: "GET", path: "/", serves: "dashboard" },
  { at: "hub", method: "GET", path: "/operator", serves: "dashboard" },
  { at: "hub", method: "GET", path: "/assets/{name}", serves: "dashboard" },
  { at: "hub", method: "GET", path: "/openapi.json", serves: "catalogue" },
  { at: "hub", method: "GET", path: "/openapi-node.json", serves: "catalogue" },
  { at: "hub", method: "GET", path: "/docs/api", serves: "catalogue" },
  { at: "hub", method: "GET", path: "/status", serves: "status" },
  { at: "node", method: "POST", path: "/v1/answer", serves: "answer" },
  { at: "node", method: "GET", path: "/v1/releases", serves: "answer" },
  {
    at: "node",
    method: "GET",
    path: "/v1/releases/{dataset}/{period}/{number}/cube",
    serves: "answer",
  },
  {
    at: "node",
    method: "GET",
    path: "/v1/releases/{dataset}/{period}/{number}/manifest",
    serves: "answer",
  },
  { at: "node", method: "GET", path: "/v1/accounts/{year}", serves: "answer" },
  { at: "node", method: "GET", path: "/v1/reports/{dataset}/{period}/{name}", serves: "answer" },
  { at: "node", method: "GET", path: "/v1/log/head", serves: "log" },
  { at: "node", method: "GET", path: "/v1/log/entries", serves: "log" },
  { at: "node", method: "GET", path: "/v1/log/inclusion", serves: "log" },
  { at: "node", method: "GET", path: "/v1/log/consistency", serves: "log" },
  { at: "node", method: "POST", path: "/v1/members", serves: "answer" },
  { at: "node", method: "POST", path: "/v1/suspensions", serves: "answer" },
  { at: "node", method: "POST", path: "/v1/agreements", serves: "answer" },
  { at: "node", method: "GET", path: "/v1/own/overview", serves: "owner" },
  { at: "node", method: "GET", path: "/v1/own/policies/{dataset}", serves: "owner" },
  { at: "node", method: "GET", path: "/v1/own/withdrawals", serves: "owner" },
  { at: "node", method: "POST", path: "/v1/own/withdrawals", serves: "owner" },
  { at: "node", method: "GET", path: "/v1/own/agreements", serves: "owner" },
  { at: "node", method: "POST", path: "/v1/own/agreements", serves: "owner" },
  { at: "node", method: "GET", path: "/v1/own/log", serves: "owner" },
  { at: "node", method: "GET", path: "/v1/own/health", serves: "owner" },
  { at: "node", method: "GET", path: "/desk", serves: "desk" },
  { at: "node", method: "GET", path: "/desk/callback", serves: "desk" },
  { at: "node", method: "GET", path: "/desk/jwks.json", serves: "desk" },
  { at: "node", method: "GET", path: "/", serves: "dashboard" },
  { at: "node", method: "GET", path: "/assets/{name}", serves: "dashboard" },
  { at: "node", method: "GET", path: "/status", serves: "status" },
];
