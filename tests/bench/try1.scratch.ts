import { writeRows, cityOf, PERIOD } from "/work/main/tests/bench/rows.ts";
import { prestazioni } from "/work/main/docs/demo/datasets.ts";
import { planRelease } from "/work/main/functions/release/protect/plan.ts";
import { protect } from "/work/main/functions/release/protect/protect.ts";
import { cubeTable } from "/work/main/functions/release/manifest.ts";
import { crossRequest } from "/work/main/functions/release/release.ts";
import { duckDbEngine, crossSql } from "/work/main/adapters/engine/duckdb.ts";
import { duckDbCubes } from "/work/main/adapters/cube/duckdb.ts";
import { DuckDBInstance } from "@duckdb/node-api";
import { existsSync, statSync } from "node:fs";
const f = "/tmp/rows5m.parquet";
const T = async (n: string, w: () => any) => { const t = performance.now(); const r = await w(); console.log(n, (performance.now() - t).toFixed(0)); return r; };
if (!existsSync(f)) await T("write", () => writeRows(f, cityOf("IT-028060"), 5_000_000, 500_000));
console.log(statSync(f).size / 1e6);
const d = prestazioni(cityOf("IT-028060"));
const plan = planRelease(d, PERIOD);
const req = crossRequest(plan, f, []);
if (process.argv[2] === "look") {
  const i = await DuckDBInstance.create(":memory:"); const c = await i.connect();
  for (const s of [`select * from '${f}' limit 5`, `select count(*), count(distinct subject), avg(length(subject)) from '${f}'`, `select family, count(*) from '${f}' group by 1`, `select dim_age, count(distinct subject) from '${f}' group by 1`])
    console.log((await c.runAndReadAll(s)).getRowsJS().map(String));
  console.log(crossSql(req));
}
for (let k = 0; k < 3; k++) {
  const cross = await T("cross", () => duckDbEngine().cross(req));
  console.log(cross.rows.length);
  const fig = await T("protect", () => protect(cross, plan, new Uint8Array(32), "x"));
  const table = await T("table", () => cubeTable(fig, plan));
  console.log(table.field.length);
  await T("cube", () => duckDbCubes().write(table, { release: "x" }));
}
