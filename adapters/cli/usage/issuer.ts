/** What `tavolo issuer` is told. */
import type { Command, Option } from "commander";
import { load, run } from "../run.ts";

export function addIssuer(program: Command, state: () => Option): void {
  const issuer = program
    .command("issuer")
    .description("whom a hub trusts to issue tokens besides itself (docs/how-to/trust-pdnd.md)");
  issuer
    .command("trust")
    .description(
      "trust an issuer as a file says, or otherwise than before; it bites on the next call",
    )
    .argument("<file>", "issuer, audiences, clients, demands (JSON)")
    .option("--keys <file-or-url>", "its key set (JWKS), where the file does not have it")
    .addOption(state())
    .action((file, options) => run(load.issuer, (module) => module.trustCommand(file, options)));
  issuer
    .command("drop")
    .description("trust it no more: its tokens are refused at once")
    .argument("<issuer>")
    .addOption(state())
    .action((name, options) => run(load.issuer, (module) => module.dropCommand(name, options)));
  issuer
    .command("list", { isDefault: true })
    .description("who is trusted, and with which keys")
    .option("--json", "as JSON")
    .addOption(state())
    .action((options) => run(load.issuer, (module) => module.listCommand(options)));
}
