/** Ports of 127.0.0.1. */
import { createServer } from "node:net";
import { listen } from "./http-server.ts";

/** A free port, for whoever must know it before it listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await new Promise((done) => server.close(done));
  return port;
}

/** Fails at once, and by name, where a port is taken: before anything is set up. 0 stands for free ones. */
export async function portsFor(port: number, count: number): Promise<number[]> {
  if (port === 0) return Promise.all(Array.from({ length: count }, freePort));
  const wanted = Array.from({ length: count }, (_, at) => port + at);
  for (const one of wanted) {
    const probe = createServer();
    await listen(probe, one);
    await new Promise((done) => probe.close(done));
  }
  return wanted;
}
