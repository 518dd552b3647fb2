import type { RunDto } from '../../src/runs/dto/run.dto.ts';
import { ledgersOf } from './engine-ledgers.ts';
import { type Case, type Course, simulated } from './course.ts';

/** A case in which engine and simulation differ, with the rows of each that the other has not. */
interface Disagreement {
  name: string;
  engine: string[];
  simulation: string[];
}

/** The cases in which the engine's ledger is not the simulated one. */
export async function disagreements(
  cases: readonly Case[],
  course: Course,
): Promise<Disagreement[]> {
  const ledgers = await ledgersOf(cases, course);
  return cases.flatMap((one, index) => {
    const engine = (ledgers[index] ?? []).map(asText);
    const simulation = simulated(one, course).map(asText);
    const difference = {
      name: one.name,
      engine: engine.filter((row) => !simulation.includes(row)),
      simulation: simulation.filter((row) => !engine.includes(row)),
    };
    return engine.join() === simulation.join() ? [] : [difference];
  });
}

/** All that a simulation can know of a run, in one line. */
function asText(run: RunDto): string {
  const attempts = run.attempts.map(
    ({ startedAt, finishedAt, outcome }) =>
      `${timeOf(startedAt)}-${timeOf(finishedAt)} ${outcome ?? 'under way'}`,
  );
  const range =
    run.count === null ? '' : ` ${timeOf(run.rangeFrom)}-${timeOf(run.rangeTo)}: ${run.count}`;
  const ended = `${timeOf(run.startedAt)}-${timeOf(run.finishedAt)}`;
  const verdict = `${run.trigger} ${run.status} ${run.reason ?? ''}`;
  const instant = `${timeOf(run.scheduledFor)} (${timeOf(run.nominalFor)})`;
  return `${instant} ${verdict}${range} ${ended} ${run.attempt} [${attempts.join(', ')}]`;
}

function timeOf(instant: Date | string | null): string {
  return instant === null ? '?' : new Date(instant).toISOString().slice(8, -1);
}
