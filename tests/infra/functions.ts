/** Every function that is deployed, by its folder: written by hand, so that one more or one fewer is noticed. */
export const FUNCTIONS = [
  "agreements",
  "answer",
  "catalogue",
  "consent",
  "dashboard",
  "desk",
  "indicators",
  "ingest",
  "log",
  "members",
  "owner",
  "query",
  "release",
  "statements",
  "status",
  "token",
] as const;
