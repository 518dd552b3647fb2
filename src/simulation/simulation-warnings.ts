import type { JobDefinition } from '../jobs/job.ts';
import { usesHash } from '../schedules/cron/hashed-item.ts';

export const SIMULATION_WARNING_CODES = ['DRAWN_FOR_JOB', 'MEAN_JITTER'] as const;

/** Something that the real ledger will not show just so. Codes are stable. */
export interface SimulationWarning {
  code: (typeof SIMULATION_WARNING_CODES)[number];
  message: string;
}

/** What a simulation of this job leaves out of account. */
export function simulationWarnings(definition: JobDefinition): SimulationWarning[] {
  return [...drawnWarnings(definition), ...jitterWarnings(definition)];
}

function drawnWarnings({ key, spreadSeconds, schedule }: JobDefinition): SimulationWarning[] {
  if (key !== null || (spreadSeconds === 0 && !usesHash(schedule))) return [];
  const message =
    'spreadSeconds and H are drawn for each job: these are not the instants of yours; name its key';
  return [{ code: 'DRAWN_FOR_JOB', message }];
}

function jitterWarnings({ retry }: JobDefinition): SimulationWarning[] {
  if (retry.jitter === 0 || retry.maxAttempts === 1) return [];
  const share = Math.round(retry.jitter * 100);
  const message = `Delays between attempts are what they come to on average; each will lie within ${share} % of it`;
  return [{ code: 'MEAN_JITTER', message }];
}
