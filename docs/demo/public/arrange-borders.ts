/**
 * Arranges the outlines of Italy's provinces for the page's map, and the names of places beside them: `node
 * docs/demo/public/arrange-borders.ts FOLDER`, as arrange.ts does. Outlines are drawn coarser than the source's: enough for a map as
 * wide as a hand. Borders are simplified arc by arc, so that neighbours still meet.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { found } from "../../../schemas/found.ts";
import { placeNames } from "../public-tables.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: node docs/demo/public/arrange-borders.ts FOLDER");

type Point = readonly [x: number, y: number];
interface Topology {
  readonly arcs: readonly (readonly Point[])[];
  readonly transform: { readonly scale: Point; readonly translate: Point };
  readonly objects: { readonly provinces: { readonly geometries: readonly Geometry[] } };
}
interface Geometry {
  readonly type: "Polygon" | "MultiPolygon";
  readonly arcs: readonly (readonly number[])[] | readonly (readonly (readonly number[])[])[];
  readonly properties: { readonly prov_istat_code: string; readonly reg_istat_code: string };
}

const WIDTH = 1000;
/** Degrees of longitude are shorter here than those of latitude. */
const SHRINK = Math.cos((42 * Math.PI) / 180);
/** How far a drawn border may be from the source's, in thousandths of the map's width. */
const TOLERANCE = 1.1;
/** Islands smaller than that, in the same units squared, are left out, unless they are all that a province has. */
const SMALLEST = 14;

const { arcs, transform, objects } = JSON.parse(
  readFileSync(join(folder, "geo/limits_IT_provinces.topo.json"), "utf8"),
) as Topology;
const { geometries } = objects.provinces;

const degrees = arcs.map((arc) => {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]): Point => {
    [x, y] = [x + dx, y + dy];
    return [
      (x * transform.scale[0] + transform.translate[0]) * SHRINK,
      y * transform.scale[1] + transform.translate[1],
    ];
  });
});
const all = degrees.flat();
const [west, east] = [Math.min(...all.map(([x]) => x)), Math.max(...all.map(([x]) => x))];
const [south, north] = [Math.min(...all.map(([, y]) => y)), Math.max(...all.map(([, y]) => y))];
const scale = WIDTH / (east - west);

/** Douglas and Peucker 1973: the farthest point stays, where it is farther than the tolerance. */
function simplified(points: readonly Point[]): Point[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 3) return [...points];
  const [[ax, ay], [bx, by]] = [first, last];
  const length = Math.hypot(bx - ax, by - ay);
  const away = ([x, y]: Point) =>
    length === 0
      ? Math.hypot(x - ax, y - ay)
      : Math.abs((by - ay) * (x - ax) - (bx - ax) * (y - ay)) / length;
  let [farthest, distance] = [0, 0];
  for (const [at, point] of points.slice(0, -1).entries())
    if (away(point) > distance) [farthest, distance] = [at, away(point)];
  if (distance <= TOLERANCE) return [first, last];
  return [
    ...simplified(points.slice(0, farthest + 1)).slice(0, -1),
    ...simplified(points.slice(farthest)),
  ];
}
const drawn = degrees.map((arc) =>
  simplified(arc.map(([x, y]): Point => [(x - west) * scale, (north - y) * scale])),
);

/** A negative index is an arc walked backwards (TopoJSON, 2.1.4). */
const arcOf = (index: number): readonly Point[] =>
  index < 0 ? found(drawn[~index]).toReversed() : found(drawn[index]);
const ringOf = (indices: readonly number[]): Point[] =>
  indices.flatMap((index, at) => arcOf(index).slice(at === 0 ? 0 : 1));
const area = (ring: readonly Point[]): number =>
  Math.abs(
    ring.reduce((sum, [x, y], at) => {
      const [nextX, nextY] = found(ring[(at + 1) % ring.length]);
      return sum + x * nextY - y * nextX;
    }, 0),
  ) / 2;
const ringsOf = ({ type, arcs: inside }: Geometry): (readonly number[])[] =>
  type === "Polygon"
    ? [...(inside as readonly (readonly number[])[])]
    : (inside as readonly (readonly (readonly number[])[])[]).flat();

/** Whole numbers, each from the one before. */
function path(points: readonly Point[], closed: boolean): string {
  const [first, ...others] = points.map(([x, y]): Point => [Math.round(x), Math.round(y)]);
  let before = found(first);
  const start = before.join(" ");
  const steps = others.flatMap((point) => {
    const [dx, dy] = [point[0] - before[0], point[1] - before[1]];
    before = point;
    return dx === 0 && dy === 0 ? [] : [`${dx} ${dy}`];
  });
  return `M${start}l${steps.join(" ")}${closed ? "z" : ""}`.replaceAll(" -", "-");
}

const provinces: Record<string, { region: string; path: string }> = {};
const uses = new Map<number, { region: string; times: number }[]>();
for (const geometry of geometries) {
  const { prov_istat_code: code, reg_istat_code: region } = geometry.properties;
  const rings = ringsOf(geometry).map((indices) => ({ indices, points: ringOf(indices) }));
  const largest = Math.max(...rings.map(({ points }) => area(points)));
  const kept = rings.filter(({ points }) => area(points) >= Math.min(SMALLEST, largest));
  for (const index of kept.flatMap(({ indices }) => indices)) {
    const arc = index < 0 ? ~index : index;
    uses.set(arc, [...(uses.get(arc) ?? []), { region, times: 1 }]);
  }
  provinces[code] = { region, path: kept.map(({ points }) => path(points, true)).join("") };
}
/** A region's outline: borders that no two provinces of it share. */
const regions: Record<string, string> = {};
for (const [arc, used] of uses)
  for (const region of new Set(used.map((one) => one.region)))
    if (used.filter((one) => one.region === region).length === 1)
      regions[region] = (regions[region] ?? "") + path(found(drawn[arc]), false);

const into = (name: string) =>
  new URL(`../../../adapters/page/manager/map/${name}`, import.meta.url);
const sorted = <T>(record: Record<string, T>) =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
const borders = {
  width: WIDTH,
  height: Math.round((north - south) * scale),
  provinces: sorted(provinces),
  regions: sorted(regions),
};
writeFileSync(into("borders.json"), `${JSON.stringify(borders)}\n`);
writeFileSync(
  into("places.json"),
  `${JSON.stringify(Object.fromEntries([...placeNames()].map(([code, { it }]) => [code, it])))}\n`,
);
console.log(
  `borders.json: ${Object.keys(provinces).length} provinces, ${JSON.stringify(borders).length} bytes`,
);
