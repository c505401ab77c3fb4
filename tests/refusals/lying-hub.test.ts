/**
 * A hub that lies, played over HTTP with the hub's own keys. Whatever it says of who asks, what is asked and for which purpose, the
 * node refuses; whatever it does to an answer or to the directory, the asker's client and `tavolo verify` refuse. What it can do is
 * leave somebody out, and that shows. Each lie stands beside the truth, told by the same hub, which is taken.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Client, connect } from "../../adapters/client/client.ts";
import { keyOf } from "../../adapters/local/members.ts";
import { peek, signCompact } from "../../functions/signing/jws.ts";
import { DirectoryEntry, type DirectoryFile } from "../../schemas/member.ts";
import type { Signer } from "../../schemas/ports.ts";
import { Partial, Query, Statement } from "../../schemas/query.ts";
import {
  ADA,
  BEA,
  CLEO,
  makeStage,
  OTHER_PURPOSE,
  rows,
  type Stage,
  wasTaken,
} from "../world/honest.ts";
import { expectProblem, post } from "../world/http.ts";
import { type Liar, type Lie, startLiar } from "../world/liar.ts";
import { HUB, purposeId } from "../world/machine.ts";
import { tavolo } from "../world/process.ts";

let stage: Stage;
let hubMember: Signer;
let cleoNode: Signer;
let liar: Liar;
let client: Client;
/** The directory as it was when Ada knew the members, in a file. */
let saved: string;

beforeAll(async () => {
  stage = await makeStage();
  hubMember = await keyOf(stage.world.at, HUB, "member");
  cleoNode = await keyOf(stage.world.at, CLEO, "answer");
  liar = await startLiar(stage);
  saved = join(stage.world.at.root, "members.json");
  await writeFile(saved, JSON.stringify(await liar.members()));
  client = await open(await liar.members());
});
afterAll(async () => {
  liar.close();
  await stage.world.close();
});
beforeEach(() => liar.tell());

const question = {
  purposeId,
  members: [BEA],
  dataset: "aiuti",
  period: "2025",
  measures: [{ count: "any" }],
  by: ["sex"],
  where: {},
};
/** Ada's client at the hub that lies. */
async function open(known?: DirectoryFile): Promise<Client> {
  const key = JSON.parse(await readFile(stage.world.at.key(ADA, "member"), "utf8")) as JsonWebKey;
  return connect({
    hub: liar.url,
    member: ADA,
    key,
    clock: stage.now,
    ...(known ? { directory: known } : {}),
  });
}
const payloadOf = (jws: string) =>
  JSON.parse(Buffer.from(jws.split(".")[1]!, "base64url").toString()) as Record<string, unknown>;
const reworded = (jws: string, change: object) => {
  const [header, , signature] = jws.split(".");
  return `${header}.${Buffer.from(JSON.stringify({ ...payloadOf(jws), ...change })).toString("base64url")}.${signature}`;
};

describe("to a node", () => {
  /** Wraps something as only the hub can. */
  const forward = async (jws: string) => stage.answer(await stage.forwarded(jws));
  const said = (lies: boolean, change: object): Promise<string> =>
    own().then((jws) => (lies ? reworded(jws, change) : jws));
  const own = (change?: object, signer?: Signer) => stage.signedQuestion(change, signer);
  rows([
    [
      "that Ada asks, who does not",
      async (lies) => forward(await own({}, lies ? hubMember : stage.ada.signer)),
      "signature-invalid",
    ],
    [
      "that Bea herself asks",
      async (lies) => forward(lies ? await own({ iss: BEA }, hubMember) : await own()),
      "signature-invalid",
    ],
    [
      "that it asks, as a member of its own",
      async (lies) => forward(lies ? await own({ iss: HUB }, hubMember) : await own()),
      "no-agreement",
    ],
    [
      "that Ada asks, where Cleo does",
      async (lies) => forward(lies ? await own({ iss: ADA }, stage.cleo) : await own()),
      "signature-invalid",
    ],
    [
      "that she asks for more",
      async (lies) => forward(await said(lies, { by: ["sex", "age"] })),
      "signature-invalid",
    ],
    [
      "that she asks for other figures",
      async (lies) => forward(await said(lies, { measures: [{ sum: "hours" }] })),
      "signature-invalid",
    ],
    [
      "that she asks for another purpose",
      async (lies) => forward(await said(lies, { purposeId: OTHER_PURPOSE })),
      "purpose-denied",
    ],
    [
      "that she asks for the purpose agreed, where it is another",
      async (lies) =>
        forward(
          lies ? reworded(await own({ purposeId: OTHER_PURPOSE }), { purposeId }) : await own(),
        ),
      "signature-invalid",
    ],
    [
      "that she asks now, where it was long ago",
      async (lies) =>
        forward(await own(lies ? { iat: stage.now() - 400, exp: stage.now() - 100 } : {})),
      "expired",
    ],
    [
      "that she asks Bea, where it was Cleo",
      async (lies) => forward(await own({ members: [lies ? CLEO : BEA] })),
      "query-invalid",
    ],
    [
      "that she asks it, where it was another hub",
      async (lies) => forward(await own({ aud: lies ? "another-hub" : HUB })),
      "signature-invalid",
    ],
  ]);

  test("that Ada has another key now: nothing follows from it, and a question under it is refused", async () => {
    const tell = (entry: string) =>
      post(
        `${stage.beaUrl}/v1/members`,
        JSON.stringify({ v: 1, entries: [entry] }),
        "application/json",
      );
    await expectProblem(await tell(await exchanged(ADA, hubMember)), "signature-invalid");
    await expectProblem(
      await stage.answer(await stage.forwarded(await stage.signedQuestion({}, hubMember))),
      "signature-invalid",
    );
    expect(wasTaken(await tell(await readFile(stage.world.at.entry(ADA), "utf8")))).toBe(true);
    expect(wasTaken(await stage.answer(await stage.forwarded(await stage.signedQuestion())))).toBe(
      true,
    );
  });
});

/** An entry of a member in which every key is the liar's; signed so that it holds by itself. */
async function exchanged(
  id: string,
  signer: Signer,
  uses: readonly string[] = ["member", "answer", "release"],
): Promise<string> {
  const entry = peek(await readFile(stage.world.at.entry(id), "utf8"), DirectoryEntry);
  const keys = uses.map((use) => ({ kid: signer.kid, use, jwk: signer.jwk, from: 0 }));
  return signCompact(signer, "tavolo-member+jws", { ...entry, iat: entry.iat + 1, keys });
}

const partialIn = ({ outcomes }: Statement): string => {
  const [first] = outcomes;
  if (first === undefined || !("partial" in first)) throw new Error("nobody answered");
  return first.partial;
};
const withPartial = (statement: Statement, partial: string) => ({
  ...statement,
  outcomes: [{ ...statement.outcomes[0], partial }],
});
/** A true answer of Bea's node to another question of Ada's. */
const another = async (change: object) =>
  peek(
    await (
      await stage.ask(await stage.signedQuestion({ by: ["sex"], ...change }), await stage.token())
    ).text(),
    Statement,
  );
const partialOf = async (change: object) => partialIn(await another(change));

const lies: readonly [string, Lie, RegExp][] = [
  [
    "the statement of another question",
    () => another({ by: [] }),
    /answers the question that was sent/,
  ],
  [
    "the statement of the same words, asked before",
    () => another({}),
    /answers the question that was sent/,
  ],
  [
    "one answer for another question",
    async (statement) => withPartial(statement, await partialOf({ by: ["zone"] })),
    /signed its answer to this question/,
  ],
  [
    "an answer to the same words, asked before",
    async (statement) => withPartial(statement, await partialOf({})),
    /signed its answer to this question/,
  ],
  [
    "the answer of another member",
    async (statement) =>
      withPartial(
        statement,
        await signCompact(cleoNode, "tavolo-partial+jws", {
          ...peek(partialIn(statement), Partial),
          iss: CLEO,
        }),
      ),
    /signed its answer/,
  ],
  [
    "an answer that it made up",
    async (statement) =>
      withPartial(
        statement,
        await signCompact(stage.hubKey, "tavolo-partial+jws", peek(partialIn(statement), Partial)),
      ),
    /signed its answer/,
  ],
  [
    "a figure that it changed",
    (statement) => withPartial(statement, reworded(partialIn(statement), { iat: 1 })),
    /signed its answer/,
  ],
  [
    "a table that is not the answers'",
    ({ table, ...statement }) => ({
      ...statement,
      table: { ...table, cells: table.cells.slice(1) },
    }),
    /the table is what the answers add up to/,
  ],
  [
    "totals that are not the answers'",
    ({ table, ...statement }) => ({ ...statement, table: { ...table, totals: [] } }),
    /the table is what the answers add up to/,
  ],
  [
    "that another asked",
    async (statement) => ({
      ...statement,
      query: await signCompact(stage.cleo, "tavolo-query+jws", {
        ...peek(statement.query, Query),
        iss: CLEO,
      }),
    }),
    /./,
  ],
  [
    "a question that it signed itself",
    async (statement) => ({
      ...statement,
      query: await signCompact(hubMember, "tavolo-query+jws", peek(statement.query, Query)),
    }),
    /the question is signed by the member who asked/,
  ],
  [
    "a question that it changed",
    (statement) => ({ ...statement, query: reworded(statement.query, { by: [] }) }),
    /the question is signed by the member who asked/,
  ],
  [
    "nobody's outcome",
    (statement) => ({ ...statement, outcomes: [] }),
    /every member that was asked has one outcome/,
  ],
  [
    "somebody else's outcome",
    (statement) => ({ ...statement, outcomes: [{ member: CLEO, outcome: "unreachable" }] }),
    /every member that was asked has one outcome/,
  ],
  [
    "an outcome that there is not",
    (statement) => ({
      ...statement,
      outcomes: [{ member: BEA, outcome: "forbidden by law" }],
      table: { cells: [], totals: [] },
    }),
    /every member that was asked has one outcome/,
  ],
  [
    "that it was said tomorrow",
    (statement) => ({ ...statement, iat: statement.iat + 86_400 }),
    /./,
  ],
  [
    "a receipt of another's log",
    (statement) => ({ ...statement, receipt: { ...statement.receipt, log: CLEO } }),
    /the hub is who says so/,
  ],
  ["in another's name", (statement) => ({ ...statement, iss: CLEO }), /the hub is who says so/],
];

describe("to the asker", () => {
  test.each(lies)("%s", async (_, told, sentence) => {
    liar.tell(told);
    const refused = await client
      .ask(question)
      .catch((error: unknown) => error as { reason: string; hint: { detail: string } });
    expect(refused).toMatchObject({
      reason: "statement-invalid",
      hint: { detail: expect.stringMatching(sentence) },
    });
    liar.tell();
    expect((await client.ask(question)).statement.outcomes[0]!.outcome).toBe("answered");
  });

  test("that somebody did not answer: that it cannot be caught in, but it shows, and nobody's figures are made up for it", async () => {
    liar.tell((statement) => ({
      ...statement,
      outcomes: [{ member: BEA, outcome: "unreachable" }],
      table: { cells: [], totals: [] },
    }));
    const { figures, statement } = await client.ask(question);
    expect([figures, statement.outcomes]).toEqual([[], [{ member: BEA, outcome: "unreachable" }]]);
  });

  test("a key that it put into the directory: by whoever knew the member, and by whoever has a directory of before", async () => {
    const swap = async ({ entries, ...told }: DirectoryFile) => {
      const entry = await exchanged(BEA, cleoNode);
      return {
        ...told,
        entries: [...entries.filter((jws) => peek(jws, DirectoryEntry).id !== BEA), entry],
      };
    };
    const signed: Lie = async (statement) =>
      withPartial(
        statement,
        await signCompact(cleoNode, "tavolo-partial+jws", peek(partialIn(statement), Partial)),
      );
    liar.tell(signed);
    await expect(client.ask(question)).rejects.toMatchObject({ reason: "statement-invalid" });
    const fresh = await open();
    liar.tell(signed, swap);
    await expect(fresh.ask(question)).rejects.toMatchObject({ reason: "signature-invalid" });
    const told = await tavolo(
      stage.world.at.root,
      ["query", "-", "--as", ADA, "--hub", liar.url],
      JSON.stringify(question),
    );
    expect([told.code, told.out, told.err]).toEqual([
      1,
      "",
      expect.stringContaining(`the entries of ${BEA} do not follow`),
    ]);
  });
});

describe("to whoever verifies later, offline", () => {
  /** Another machine, which knows nobody and no address. */
  let elsewhere: string;
  beforeAll(async () => {
    elsewhere = await mkdtemp(join(tmpdir(), "tavolo-elsewhere-"));
  });
  afterAll(() => rm(elsewhere, { recursive: true, force: true }));
  const verify = async (statement: object) =>
    tavolo(elsewhere, ["verify", "-", "--directory", saved], await liar.sign(statement));

  test("the truth verifies, and the verdict names the thumbprints that it rests on", async () => {
    const { code, out, err } = await verify(await another({}));
    expect([code, err]).toEqual([0, ""]);
    const kids = [
      ...out.slice(out.indexOf("(thumbprints)")).matchAll(/^ +(\S+) (\S+) (\S{43})$/gm),
    ].map(([, ...said]) => said);
    const kidOf = async (id: string, use: "hub" | "member" | "answer" | "release") => [
      id,
      use,
      (await keyOf(stage.world.at, id, use)).kid,
    ];
    expect(kids).toEqual([
      await kidOf(HUB, "hub"),
      await kidOf(ADA, "member"),
      await kidOf(BEA, "answer"),
      await kidOf(BEA, "release"),
    ]);
  });

  test("every lie is found but those about which question was sent, which only the asker knows", async () => {
    const told = lies.filter(
      ([, , sentence]) => !sentence.source.startsWith("answers the question"),
    );
    expect(told.length).toBeGreaterThan(14);
    for (const [name, tell] of told) {
      const { code, out, err } = await verify(await tell(await another({})));
      expect([name, code, out], err).toEqual([name, 1, ""]);
      expect(err).toContain("[statement-invalid]");
    }
  });
});
