/** A time during which there is no engine at all: from the first instant on, up to the second. */
export interface Outage {
  from: Date;
  to: Date;
}

/** Outages in order of time, those that overlap or touch being one. */
export class Outages {
  private readonly outages: readonly Outage[];

  constructor(outages: readonly Outage[]) {
    this.outages = merged(outages);
  }

  /** The outage that begins first at or after this instant, or goes on at it. */
  nextFrom(instant: Date): Outage | undefined {
    return this.outages.find(({ to }) => to > instant);
  }
}

function merged(outages: readonly Outage[]): Outage[] {
  const result: Outage[] = [];
  for (const { from, to } of outages.toSorted((one, other) => +one.from - +other.from)) {
    const last = result.at(-1);
    if (last && from <= last.to) last.to = to > last.to ? to : last.to;
    else result.push({ from, to });
  }
  return result;
}
