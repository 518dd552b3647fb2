import { runId } from './run-id.ts';
import type { RunCause, RunKey } from './run.ts';

const MAX_RESULT_BYTES = 16 * 1_024;

/** What is passed on to a run that another one starts: a `RunCause`, as JSON text. */
export function causeJson(
  run: RunKey & Pick<RunCause, 'status' | 'depth'> & { result: string | null },
): string {
  const { jobId, status, depth } = run;
  const told = JSON.stringify({ runId: runId(run), jobId, status, depth });
  // The result is JSON text already: reading it would only be undone here.
  return `${told.slice(0, -1)},"result":${passedOn(run.result)}}`;
}

/** A result within bounds: what is too long is replaced by a note that says so. */
function passedOn(result: string | null): string {
  if (result === null) return 'null';
  const bytes = Buffer.byteLength(result);
  if (bytes <= MAX_RESULT_BYTES) return result;

  const note = `The result has ${bytes} bytes of JSON; at most ${MAX_RESULT_BYTES} are passed on`;
  return JSON.stringify({ note });
}
