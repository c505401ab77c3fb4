/** From a key to an answer. TAVOLO_HUB, TAVOLO_MEMBER and TAVOLO_KEY say where the hub is, who asks, and in which file the key lies. */
import { connect, keyFile } from "tavolo/client";

const {
  TAVOLO_HUB: hub = "http://127.0.0.1:8080",
  TAVOLO_MEMBER: member = "IT-028060",
  TAVOLO_KEY: key = "member.jwk",
} = process.env;
const question = JSON.parse(process.argv[2] ?? "{}");

const tavolo = await connect({ hub, member, key: await keyFile(key) });
const { figures, report } = await tavolo.ask(question);
for (const { member, by, measure, state, value, low, high } of figures)
  console.log(
    [
      member,
      ...Object.values(by),
      JSON.stringify(measure),
      value !== null
        ? `${value} (${low} to ${high})`
        : state === "interval"
          ? `between ${low ?? "-"} and ${high ?? "-"}`
          : state,
    ].join("  "),
  );
console.log(`verified: ${report.checks.length} checks, on ${report.thumbprints.length} keys`);
