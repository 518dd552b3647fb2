import { availableParallelism, cpus, loadavg } from 'node:os';

/** Tells a person what is going on, apart from the result. */
export function say(text: string): void {
  process.stderr.write(`› ${text}\n`);
}

/** One line of the result. */
export function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Where figures come from; a load above the number of cores makes all of them doubtful. */
export function machine(): object {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    node: process.version,
    load: loadavg().map((value) => Number(value.toFixed(2))),
  };
}

/** A size given as `--name=value` or as the environment variable `BENCH_NAME`. */
export function size(name: string, fallback: number): number {
  const text = option(name);
  const value = Number(text ?? fallback);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} takes a positive number, got ${text}`);
}

export function option(name: string): string | undefined {
  const prefix = `--${name}=`;
  const argument = process.argv.find((candidate) => candidate.startsWith(prefix));
  return argument?.slice(prefix.length) ?? process.env[`BENCH_${name.toUpperCase()}`];
}
