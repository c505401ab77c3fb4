/** One more of every hundred (or thousand) of those in the base: whom, for how long, for how much. Pure arithmetic, rounded as one speaks. */
interface Given {
  /** Residents, or whoever the coverage is a share of. */
  readonly base: number;
  readonly multiplier: number;
  /** Hours a month that one of them gets today. */
  readonly monthly: number;
  /** What a year of one of them costs today, in EUR. */
  readonly yearly: number | undefined;
  /** Share of the base that is meant by "those who live alone", 0 to 1. */
  readonly share: number;
}
interface Point {
  readonly persons: number;
  readonly hours: number;
  readonly euro?: number;
  /** EUR an hour. */
  readonly price?: number;
  readonly alone: number;
  /** How many of every 100 of those the point would reach. */
  readonly ofAlone: number;
}

/** To two figures that mean something: 480,213 is "480,000". */
const roughly = (value: number): number => {
  if (value < 1000) return Math.round(value);
  const step = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.round(value / step) * step;
};

export function pointOf({ base, multiplier, monthly, yearly, share }: Given): Point {
  const persons = base / multiplier;
  const hours = persons * monthly * 12;
  const alone = base * share;
  return {
    persons: Math.round(persons),
    hours: roughly(hours),
    ...(yearly === undefined || !(hours > 0)
      ? {}
      : { euro: roughly(persons * yearly), price: (persons * yearly) / hours }),
    alone: roughly(alone),
    ofAlone: (100 * persons) / alone,
  };
}
