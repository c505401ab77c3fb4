/** The reference of both interfaces as one page that fetches nothing, and as Markdown: made of the OpenAPI documents alone. Pure. */

import { ALWAYS, type Answer, type Endpoint, type Place } from "../../schemas/api.ts";
import { openapi } from "../../schemas/openapi.ts";
import { type Reason, refusals } from "../../schemas/refusal.ts";
import { type Route, routes } from "../../schemas/routes.ts";
import { boundedCache } from "../signing/bounded-cache.ts";

const PLACES: readonly (readonly [Place, string])[] = [
  ["hub", "Hub"],
  ["node", "Node"],
];
const CALLERS: Readonly<Record<Endpoint["caller"], string>> = {
  anybody: "anybody",
  dpop: "whoever has a token and proves its key (DPoP)",
  question: "a member: a token, and a question signed with the key that it is bound to",
  assertion: "a member, with an assertion that it signed and a DPoP proof",
  signed: "whoever signed what is sent",
  owner: "the node's own member: a token that its key signed, and a DPoP proof by that key",
};

const callsOf = (place: Place) => routes.filter(({ at }) => at === place);
const nameOf = ({ method, path }: Route) => `${method} ${path}`;

type Taken = [what: string, where: string, about: string];
/** What a call takes, a line each: name, where it stands, whether it must, what it is. */
const takes = ({ parameters = {}, query = {}, takes: body }: Endpoint): Taken[] => [
  ...Object.entries(parameters).map(
    ([name, { about }]): Taken => [`{${name}}`, "in the address", about],
  ),
  ...Object.entries(query).map(
    ([name, { about, required, many }]): Taken => [
      `?${name}=`,
      [required ? "must be there" : "may be there", ...(many ? ["several times"] : [])].join(", "),
      about,
    ],
  ),
  ...(body ? [bodyOf(body)] : []),
];
const bodyOf = ({ about, content }: NonNullable<Endpoint["takes"]>): Taken => [
  "body",
  content.type,
  `${about}${content.payload ? ` Payload: ${content.payload}.` : ""}`,
];
const givenAs = ({ content = [] }: Answer): string =>
  content.map(({ type, payload }) => (payload ? `${type} (${payload})` : type)).join(", ");
const reasonsOf = ({ refusals: own }: Endpoint): Reason[] => [
  ...new Set<Reason>([...own, ...ALWAYS]),
];

const escaped = (text: string) =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
const code = (text: string) => `<code>${escaped(text)}</code>`;
/** Text in which what stands between back-ticks is code. */
const prose = (text: string) => escaped(text).replace(/`([^`]+)`/g, "<code>$1</code>");
const idOf = ({ at, id }: Route) => `${at}-${id}`;

export const STYLE = `:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}
code,pre{font-family:ui-monospace,monospace;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;display:block;overflow-x:auto}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #767676}
section{margin-top:2.5rem}h3{margin-bottom:.2rem}a{color:#0051ad}
@media(prefers-color-scheme:dark){a{color:#8ab8ff}}`;

function callHtml(call: Route): string {
  const rows = takes(call).map(
    ([what, where, about]) =>
      `<tr><td>${code(what)}</td><td>${escaped(where)}</td><td>${prose(about)}</td></tr>`,
  );
  const given = call.gives.map((answer) => {
    const headers = Object.entries(answer.headers ?? {}).map(
      ([header, about]) => `<br>${code(header)}: ${prose(about)}`,
    );
    return `<tr><td>${answer.status}</td><td>${escaped(givenAs(answer)) || "nothing"}</td><td>${prose(answer.about)}${headers.join("")}</td></tr>`;
  });
  const no = reasonsOf(call).map(
    (reason) =>
      `<tr><td>${refusals[reason].status}</td><td>${code(reason)}</td><td>${escaped(refusals[reason].title)}</td></tr>`,
  );
  const table = (caption: string, lines: readonly string[]) =>
    lines.length === 0 ? "" : `<h4>${caption}</h4><table><tbody>${lines.join("")}</tbody></table>`;
  return [
    `<section id="${idOf(call)}"><h3>${code(nameOf(call))}</h3><p>${prose(call.summary)}.</p>`,
    call.about ? `<p>${prose(call.about)}</p>` : "",
    `<p>Who may call: ${CALLERS[call.caller]}.${call.counted ? " Calls are counted: replies carry X-RateLimit-Limit, -Remaining and -Reset." : ""}</p>`,
    table("Takes", rows),
    table("Gives", given),
    `<details><summary>May say no</summary>${table("Reasons", no)}</details></section>`,
  ].join("");
}

/** The page. Its style is the only one that it needs: `STYLE`, to be allowed by its digest. */
export function referenceHtml(): string {
  const contents = PLACES.map(([place, title]) => {
    const links = callsOf(place).map(
      (call) =>
        `<li><a href="#${idOf(call)}">${code(nameOf(call))}</a> ${prose(call.summary)}</li>`,
    );
    return `<h2>${title}</h2><ul>${links.join("")}</ul>`;
  });
  const chapters = PLACES.map(
    ([place, title]) => `<h2>${title}</h2>${callsOf(place).map(callHtml).join("")}`,
  );
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">`,
    `<title>Tavolo: interfaces</title><style>${STYLE}</style></head><body><main><h1>Interfaces of hub and node</h1>`,
    `<p>For programs: <a href="/openapi.json">openapi.json</a> of the hub, <a href="/openapi-node.json">openapi-node.json</a> of nodes (OpenAPI 3.1).`,
    ` An error is <code>application/problem+json</code> (RFC 9457); its <code>type</code> names the reason.</p>`,
    `<nav aria-label="Calls">${contents.join("")}</nav>${chapters.join("")}</main></body></html>`,
  ].join("");
}

/** The same in Markdown, for docs/reference. */
export function referenceMarkdown(): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
    [head, head.map(() => "---"), ...rows]
      .map((row) => `| ${row.map(cell).join(" | ")} |`)
      .join("\n");
  const chapter = (call: Route) =>
    [
      `### \`${nameOf(call)}\``,
      `${call.summary}.${call.about ? ` ${call.about}` : ""}`,
      `Who may call: ${CALLERS[call.caller]}.${call.counted ? " Calls are counted." : ""}`,
      ...(takes(call).length > 0
        ? [
            table(
              ["takes", "where", "what"],
              takes(call).map(([what, ...rest]) => [`\`${what}\``, ...rest]),
            ),
          ]
        : []),
      table(
        ["gives", "as", "what"],
        call.gives.map((answer) => [
          `${answer.status}`,
          givenAs(answer) || "nothing",
          answer.about,
        ]),
      ),
      `May say no: ${reasonsOf(call)
        .map((reason) => `\`${reason}\``)
        .join(", ")}.`,
    ].join("\n\n");
  return PLACES.flatMap(([place, title]) => [`## ${title}`, ...callsOf(place).map(chapter)]).join(
    "\n\n",
  );
}

const documents = boundedCache<string>(10);
/** The OpenAPI document as text, made once for each address that it is served at. */
export const openapiText = (place: Place, origin: string): string =>
  documents.of(`${place} ${origin}`, () =>
    JSON.stringify(place === "hub" ? openapi("hub", origin) : openapi("node")),
  );
