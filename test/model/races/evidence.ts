import type { Change } from './history.ts';
import type { Outcome, Request, Scenario } from './scenario.ts';

/** An attempt that a handler was called for. */
export interface BegunAttempt {
  worker: string;
  jobId: number;
  runId: string;
  number: number;
  /** Places in the order of all events. */
  begun: number;
  answered: number | null;
  outcome: Outcome;
  /** Why it was told to end. */
  told: string | null;
}

/** What a client was answered. */
export interface Answer {
  request: Request;
  /** `done`, or status and code. */
  answer: string;
  /** Ids of the runs that it was told of, or has asked about. */
  runs: string[];
  /** Of the job, as it was shown. */
  revision: number | null;
  asked: number;
  answered: number;
}

/** All that is known of one race when it is over. */
export interface Evidence {
  scenario: Scenario;
  /** The job that it was about. */
  jobId: number;
  /** The instants of that job. */
  instants: number[];
  deletedAt: number;
  history: Change[];
  attempts: BegunAttempt[];
  answers: Answer[];
  /** Runs and jobs whose workers were told to stop. */
  announcements: string[];
  /** Errors that nobody has a right to. */
  troubles: string[];
}
