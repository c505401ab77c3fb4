/** What the table of rooms forbids, as sentences. Pure: imports in, faults out. */
import type { Import } from "./imports.ts";
import type { Room } from "./rooms.ts";

/** The room that a file lies in: the one with the longest path of those that hold it. */
export function roomOf(rooms: readonly Room[], file: string): Room | undefined {
  const holding = rooms.filter(({ at }) => file === at || file.startsWith(`${at}/`));
  return holding.sort((a, b) => b.at.length - a.at.length)[0];
}

const isOurs = ({ to }: Import) => /^(schemas|functions|adapters|infra|tests|docs)\//.test(to);

/** Imports that the table does not name, and files in no room. */
export function unnamed(rooms: readonly Room[], imports: readonly Import[]): string[] {
  return imports.filter(isOurs).flatMap(({ from, to }) => {
    const [here, there] = [roomOf(rooms, from), roomOf(rooms, to)];
    if (here === undefined) return [`${from} lies in no room`];
    if (there === undefined) return [`${from} imports ${to}, which lies in no room`];
    if (here === there || here.imports.includes(there.at)) return [];
    return [`${from} imports ${to}: ${here.at} may not stand on ${there.at}`];
  });
}

/** Packages outside the rooms that may have them. */
export function strangers(
  rooms: readonly Room[],
  packages: readonly { readonly name: RegExp; readonly only: RegExp }[],
  imports: readonly Import[],
): string[] {
  return imports
    .filter((one) => !isOurs(one))
    .flatMap(({ from, to }) =>
      packages
        .filter(({ name, only }) => name.test(to) && !only.test(from))
        .map(() => `${from} imports ${to}: ${roomOf(rooms, from)?.at} may not`),
    );
}

/** Circles between rooms, each as the way round. */
export function circles(rooms: readonly Room[], imports: readonly Import[]): string[] {
  const edges = new Map<string, Set<string>>();
  for (const { from, to } of imports.filter(isOurs)) {
    const [here, there] = [roomOf(rooms, from)?.at, roomOf(rooms, to)?.at];
    if (here === undefined || there === undefined || here === there) continue;
    edges.set(here, (edges.get(here) ?? new Set()).add(there));
  }
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (room: string, way: readonly string[]): void => {
    const again = way.indexOf(room);
    if (again >= 0) found.push([...way.slice(again), room].join(" > "));
    if (again >= 0 || done.has(room)) return;
    for (const next of edges.get(room) ?? []) walk(next, [...way, room]);
    done.add(room);
  };
  for (const room of edges.keys()) walk(room, []);
  return found;
}

/** Ways by which a file of the public side or of the hub reaches a private one, each as the files between. */
export function reached(rooms: readonly Room[], imports: readonly Import[]): string[] {
  const next = Map.groupBy(imports.filter(isOurs), ({ from }) => from);
  const sideOf = (file: string) => roomOf(rooms, file)?.side;
  const starts = [...next.keys()].filter((file) => /PUBLIC|HUB/.test(sideOf(file) ?? ""));
  return starts.flatMap((start) => {
    const ways = new Map<string, string>([[start, start]]);
    for (const [file, way] of ways) {
      if (sideOf(file) === "PRIVATE") return [way];
      for (const { to } of next.get(file) ?? []) if (!ways.has(to)) ways.set(to, `${way} > ${to}`);
    }
    return [];
  });
}
