/** Takes no word for it: asks, takes the releases home, and has every figure recomputed from them. */
import { connect, keyFile } from "tavolo/client";

const {
  TAVOLO_HUB: hub = "http://127.0.0.1:8080",
  TAVOLO_MEMBER: member = "IT-028060",
  TAVOLO_KEY: key = "member.jwk",
} = process.env;
const question = JSON.parse(process.argv[2] ?? "{}");

const tavolo = await connect({ hub, member, key: await keyFile(key) });
const { jws } = await tavolo.ask(question);
const releases = (await tavolo.datasets())
  .filter((offer) => question.members.includes(offer.member))
  .flatMap(({ datasets }) =>
    datasets.filter(
      ({ dataset, period }) => dataset === question.dataset && period === question.period,
    ),
  );
const taken = await Promise.all(
  releases.map(({ id }) => tavolo.download(id, { purposeId: question.purposeId })),
);
const { report } = await tavolo.verify(jws, { cubes: taken.map(({ bytes }) => bytes) });
for (const check of report.checks) console.log(`✓ ${check}`);
