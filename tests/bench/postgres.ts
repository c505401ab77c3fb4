/** A throwaway PostgreSQL of this machine, with rows in it, and PostGraphile with its aggregates plug-in in front. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { chmod, chown, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";

const execute = promisify(execFile);

/** What a server with a few GB to itself would be given; said in the report. Statistics are fresh, and the index holds all that is asked. */
export const SETTINGS = {
  shared_buffers: "1GB",
  effective_cache_size: "4GB",
  work_mem: "256MB",
  maintenance_work_mem: "256MB",
  random_page_cost: "1.1",
  max_parallel_workers_per_gather: "2",
  jit: "off",
} as const;
/** Both MIT; installed by npm into a folder that is gone afterwards. The plug-in's stable version is for PostGraphile 4. */
export const POSTGRAPHILE = ["postgraphile@4.14.1", "@graphile/pg-aggregates@0.1.1"] as const;

/** Where Debian puts the server's programs; undefined where there is none. */
export async function postgresHome(): Promise<string | undefined> {
  const versions = (await readdir("/usr/lib/postgresql").catch(() => []))
    .map(Number)
    .sort((a, b) => b - a);
  return versions.length === 0 ? undefined : `/usr/lib/postgresql/${versions[0]}/bin`;
}

/** The server refuses to be root: root hands it to whoever is made for it, or to nobody. */
async function whoServes(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    const ids = await Promise.all(["-u", "-g"].map((which) => execute("id", [which, name]))).catch(
      () => undefined,
    );
    if (ids !== undefined) return { uid: Number(ids[0]!.stdout), gid: Number(ids[1]!.stdout) };
  }
  throw new Error("there is no user for PostgreSQL to run as");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return (address as { port: number }).port;
}

export interface Postgres {
  readonly url: string;
  readonly version: string;
  sql(text: string): Promise<string>;
  close(): Promise<void>;
}

/** A fresh cluster in a folder of its own, on this machine alone. */
export async function startPostgres(home: string): Promise<Postgres> {
  const user = await whoServes();
  const folder = await mkdtemp(join(tmpdir(), "tavolo-bench-postgres-"));
  if (user) await chown(folder, user.uid, user.gid);
  const run = { ...user, cwd: folder, env: { LANG: "C.UTF-8" } };
  const data = join(folder, "data");
  let server: ChildProcess | undefined;
  // it would outlive a bench that is interrupted
  const atOnce = () => {
    server?.kill("SIGQUIT");
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", atOnce);
  const close = async () => {
    if (server !== undefined && server.exitCode === null) {
      // the fast way: whoever is connected is sent away
      server.kill("SIGINT");
      await once(server, "exit");
    }
    process.off("exit", atOnce);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await execute(
      join(home, "initdb"),
      ["-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"],
      run,
    );
    const port = await freePort();
    const options = {
      ...SETTINGS,
      port,
      listen_addresses: "127.0.0.1",
      unix_socket_directories: folder,
      fsync: "off",
    };
    const flags = Object.entries(options).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    server = spawn(join(home, "postgres"), ["-D", data, ...flags], { ...run, stdio: "ignore" });
    const url = `postgres://bench@127.0.0.1:${port}/postgres`;
    const sql = async (text: string) => {
      const { stdout } = await execute(
        join(home, "psql"),
        ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", text],
        {
          maxBuffer: 1 << 26,
        },
      );
      return stdout.trim();
    };
    for (let tries = 0; ; tries++) {
      const up = await sql("SELECT 1").catch((error: unknown) =>
        tries < 100 ? undefined : Promise.reject(error),
      );
      if (up !== undefined) break;
      await new Promise((done) => setTimeout(done, 100));
    }
    return { url, version: await sql("SHOW server_version"), sql, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The rows of a version as a table, with an index that holds all that is asked for. */
export async function loadRows({ sql }: Postgres, rows: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tavolo-bench-rows-"));
  try {
    const file = join(folder, "rows.csv");
    const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
    const connection = await instance.connect();
    try {
      await connection.run(
        `COPY (SELECT row_number() OVER () AS id, subject, period, start, dim_age, dim_sex, dim_citizenship, family,
          "val_ORE_MESE", "val_COSTO_ANNO" FROM read_parquet('${rows}')) TO '${file}' (FORMAT csv, HEADER false)`,
      );
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
    await chmod(folder, 0o755);
    await sql(`CREATE TABLE benefits (id bigint PRIMARY KEY, subject text NOT NULL, period text NOT NULL, start integer NOT NULL,
      age text NOT NULL, sex text NOT NULL, citizenship text NOT NULL, family text, hours bigint, cost bigint)`);
    await sql(`COPY benefits FROM '${file}' (FORMAT csv)`);
    await sql("CREATE INDEX asked ON benefits (age, sex, subject)");
    await sql("VACUUM (ANALYZE) benefits");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const SERVER = `
const { createServer } = require("node:http");
const { postgraphile } = require("postgraphile");
const aggregates = require("@graphile/pg-aggregates").default;
const options = { appendPlugins: [aggregates], disableQueryLog: true, dynamicJson: true, graphiql: false };
const server = createServer(postgraphile(process.argv[2], "public", options));
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
`;

export interface Postgraphile {
  /** Where questions go, in GraphQL. */
  readonly url: string;
  close(): Promise<void>;
}

/** Installs and starts it, in a process of its own. Rejects where npm cannot have it. */
export async function startPostgraphile(database: string): Promise<Postgraphile> {
  const folder = await mkdtemp(join(tmpdir(), "tavolo-bench-postgraphile-"));
  let server: ChildProcess | undefined;
  const atOnce = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", atOnce);
  const close = async () => {
    if (server !== undefined && server.exitCode === null) {
      server.stdin!.end();
      await once(server, "exit");
    }
    process.off("exit", atOnce);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }));
    await execute(
      "npm",
      ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", ...POSTGRAPHILE],
      { cwd: folder },
    );
    await writeFile(join(folder, "server.cjs"), SERVER);
    const env = { NODE_ENV: "production" };
    server = spawn(process.execPath, [join(folder, "server.cjs"), database], {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const gone = once(server, "exit").then(() => undefined);
    const line = await Promise.race([
      once(createInterface({ input: server.stdout! }), "line"),
      gone,
    ]);
    if (line === undefined) throw new Error("PostGraphile did not start");
    return { url: `http://127.0.0.1:${line[0]}/graphql`, close };
  } catch (error) {
    await close();
    throw error;
  }
}
