/** The value below which a share of the samples lies (nearest rank); NaN of none. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Several rounds as one figure: the middle one, and how far they lie apart. */
export interface Spread {
  median: number;
  min: number;
  max: number;
}

function spread(samples: readonly number[]): Spread {
  return {
    median: rounded(quantile(samples, 0.5)),
    min: rounded(quantile(samples, 0)),
    max: rounded(quantile(samples, 1)),
  };
}

/** The spread of every numeric field over several rounds. */
export function spreads<K extends string>(
  rounds: readonly Readonly<Record<K, number>>[],
): Record<K, Spread> {
  const names = Object.keys(rounds[0] ?? {}) as K[];
  return Object.fromEntries(
    names.map((name) => [name, spread(rounds.map((round) => round[name]))]),
  ) as Record<K, Spread>;
}

/** Three significant digits, or all of a large whole number: more would be noise. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
