/** An instant as people read it: without milliseconds where there are none. */
export function instant(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

const UNITS = [
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
] as const;

/** A duration in its two largest units: `4 ms`, `1.2 s`, `3 minutes 20 s`, `1 day 2 hours`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} s`;
  const parts: string[] = [];
  let rest = ms;
  for (const { name, ms: size } of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}${count > 1 ? 's' : ''}`);
  }
  const seconds = Math.round(rest / 1_000);
  if (seconds > 0) parts.push(`${seconds} s`);
  return parts.slice(0, 2).join(' ');
}
