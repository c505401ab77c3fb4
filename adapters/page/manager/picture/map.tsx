/** Regions, or the provinces of one, shaded by value: darker is higher, and not better. The numbers are in the table beside it. */
import { scaleQuantize } from "d3-scale";
import { borders } from "../map/borders.ts";

export const CLASSES = 5;
export interface Shade {
  /** 0 to 4. */
  readonly of: (value: number) => number;
  /** Ends of each class. */
  readonly classes: readonly (readonly [number, number])[];
}

/** Classes of equal width between rounded ends. */
export function shadeOf(values: readonly number[]): Shade {
  const scale = scaleQuantize<number>()
    .domain([Math.min(...values), Math.max(...values)])
    .range(Array.from({ length: CLASSES }, (_, at) => at))
    .nice();
  return { of: scale, classes: scale.range().map((at) => scale.invertExtent(at)) };
}

export function PlacesMap(props: {
  /** `IT`, or a region's two digits. */
  readonly within: string;
  readonly values: ReadonlyMap<string, number>;
  readonly shade: Shade;
  readonly label: string;
  readonly open: (place: string) => void;
}) {
  const { within, values, shade, label, open } = props;
  const all = Object.entries(borders.provinces).filter(
    ([, { region }]) => within === "IT" || region === within,
  );
  const placeOf = (province: string, region: string) => (within === "IT" ? region : province);
  const look = (place: string) => {
    const value = values.get(place);
    return value === undefined ? "no-value" : `shade-${shade.of(value)}`;
  };
  return (
    <svg
      class={`map ${within === "IT" ? "" : "map-close"}`}
      viewBox={boxOf(all.map(([, { path }]) => path))}
      role="img"
      aria-label={label}
    >
      {all.map(([code, { region, path }]) => (
        // the table beside has a link for each: this is a shortcut for who uses a mouse
        // biome-ignore lint/a11y/noStaticElementInteractions: see above
        <path
          key={code}
          class={`place ${look(placeOf(code, region))}`}
          d={path}
          onClick={() => open(placeOf(code, region))}
        />
      ))}
      {Object.entries(borders.regions)
        .filter(([region]) => within === "IT" || region === within)
        .map(([region, path]) => (
          <path key={region} class="border" d={path} />
        ))}
    </svg>
  );
}

/** The rectangle round some paths, as a viewBox: paths are `Mx yldx dy…`, closed or not, one after the other. */
export function boxOf(paths: readonly string[]): string {
  let [left, top, right, bottom] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const piece of paths.join("").split("M").filter(Boolean)) {
    const numbers = (piece.match(/-?\d+/g) ?? []).map(Number);
    let [x, y] = [0, 0];
    for (let at = 0; at + 1 < numbers.length; at += 2) {
      const [dx = 0, dy = 0] = numbers.slice(at, at + 2);
      [x, y] = [x + dx, y + dy];
      [left, top, right, bottom] = [
        Math.min(left, x),
        Math.min(top, y),
        Math.max(right, x),
        Math.max(bottom, y),
      ];
    }
  }
  const margin = 4;
  return [left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin].join(
    " ",
  );
}
