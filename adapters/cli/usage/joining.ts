/** How a hub, a node and a member are started and run, each by itself: the commands and their words. */
import { type Command, Option } from "commander";
import { load, run } from "../run.ts";

type Options = Readonly<Record<"state" | "as", () => Option>>;

export function addJoining(program: Command, { state, as }: Options): void {
  addHub(program, state);
  program
    .command("node")
    .description("run this member's node: its stores, and what answers behind the wall")
    .addOption(as())
    .option(
      "--port <number>",
      "port of 127.0.0.1; that of the address in the member's entry unless said",
    )
    .option("--url <url>", "another public address (https) than the one in the member's entry")
    .option(
      "--oidc <file>",
      "let people sign in with their organisation's OpenID provider: its configuration (JSON); see docs/how-to",
    )
    .option(
      "--owner-port <number>",
      "port of 127.0.0.1 of the owner's own page; a free one unless said",
    )
    .option(
      "--owner-url <url>",
      "address of that page, where something with TLS stands before it: within the organisation, not public",
    )
    .addOption(state())
    .action((options) => run(load.node, (module) => module.nodeCommand(options)));
  addMember(program, state, as);
}

function addHub(program: Command, state: Options["state"]): void {
  const hub = program.command("hub").description("run a hub, and say who may join it");
  hub
    .command("run", { isDefault: true })
    .description("run the hub; the first time, make its keys")
    .option("--id <member>", "id of the operator, the first time", "tavolo-hub")
    .option("--name <name>", "name of the operator, the first time")
    .option("--port <number>", "port of 127.0.0.1; PORT, or 8080, unless said")
    .option(
      "--url <url>",
      "the public address (https) of what stands before it; members must have public addresses then",
    )
    .option("--at <date>", "set the local clock, to live through a calendar")
    .addOption(state())
    .action((options) => run(load.hubRun, (module) => module.hubCommand(options)));
  for (const [name, description, command] of [
    ["invite", "make an invitation for one member: good once, for a week", "inviteCommand"],
    ["suspend", "shut a member out at once, with the tokens that it has", "suspendCommand"],
    ["readmit", "take a suspended member back", "readmitCommand"],
  ] as const)
    hub
      .command(name)
      .description(description)
      .argument("<member>", "e.g. IT-020030")
      .addOption(state())
      .action((member, options) => run(load.hub, (module) => module[command](member, options)));
}

const invitation = () =>
  new Option("--invitation <text>", "what the operator of the hub handed over");
const addresses = (command: Command) =>
  command
    .option("--url <url>", "the public address (https) at which the member's node will answer")
    .option(
      "--port <number>",
      "for a hub on this machine: the port of 127.0.0.1 at which the node will answer; a free one unless said",
    );

function addMember(program: Command, state: Options["state"], as: Options["as"]): void {
  const member = program
    .command("member")
    .description("be a member: make keys, join, change keys, hand them over, leave");
  addresses(member.command("new"))
    .description(
      "make a member with its keys in a folder of its own; with --hub and --invitation it joins at once",
    )
    .argument("<id>", "IT- and the ISTAT code of a municipality, or a lower-case slug")
    .requiredOption("--name <name>", "name of the organisation")
    .option("--name-en <name>", "name in English; the same unless said")
    .addOption(
      new Option("--role <role...>", "provider and consumer unless said").choices([
        "provider",
        "consumer",
      ]),
    )
    .option("--hub <url>", "address of the hub to join")
    .addOption(invitation())
    .option("--at <date>", "set the local clock, where the hub's is set")
    .addOption(state())
    .action((id, options) => run(load.member, (module) => module.newCommand(id, options)));
  addresses(member.command("join"))
    .description("join a hub, or come back to it")
    .argument("<hub>", "address of the hub")
    .addOption(invitation().makeOptionMandatory())
    .addOption(as())
    .addOption(state())
    .action((hub, options) => run(load.member, (module) => module.joinCommand(hub, options)));
  member
    .command("rotate")
    .description(
      "new keys, under the signature of the former ones; the hub and the nodes with agreements are told",
    )
    .addOption(
      new Option("--use <use...>", "which keys; member unless said").choices([
        "member",
        "release",
        "answer",
        "hub",
        "session",
      ]),
    )
    .option("--overlap <days>", "days for which the former key stays good", "7")
    .option("--now", "the former key ends at once: where it was lost or seen")
    .addOption(as())
    .addOption(state())
    .action((options) => run(load.member, (module) => module.rotateCommand(options)));
  member
    .command("update")
    .description(
      "sign the member's next entry with what a file says: code in the index (ipa), addresses of roles, who answers for its rows",
    )
    .argument(
      "<file>",
      "JSON, as in docs/reference/wire.md (EntryFile); what it leaves out is taken out",
    )
    .addOption(as())
    .addOption(state())
    .action((file, options) => run(load.member, (module) => module.updateCommand(file, options)));
  for (const [name, description, command] of [
    [
      "handover",
      "hand the role over to another person: every key is new, and the former ones end at once",
      "handoverCommand",
    ],
    ["leave", "leave the federation; what was answered before still verifies", "leaveCommand"],
    ["tell", "tell the hub and the nodes again, where somebody could not be told", "tellCommand"],
  ] as const)
    member
      .command(name)
      .description(description)
      .addOption(as())
      .addOption(state())
      .action((options) => run(load.member, (module) => module[command](options)));
}
