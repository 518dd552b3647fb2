/** What everything is judged by in the end: each of them must be 0. */
export type CountName =
  | 'lost'
  | 'phantom'
  | 'doubled'
  | 'miscounted'
  | 'early'
  | 'open'
  | 'stale'
  | 'overlapped'
  | 'retro';

/** What can be wrong, and the count that covers it; `other` for what none of them does. */
const KINDS = {
  // Promise 1: nothing is lost in silence.
  missing: 'lost',
  removed: 'lost',
  'lost trigger': 'lost',
  'miscounted range': 'miscounted',
  'pause without a range': 'other',
  'wrong exception': 'other',
  open: 'open',
  // Promise 2: one row for an occurrence, and not before its instant.
  doubled: 'doubled',
  phantom: 'phantom',
  'unasked trigger': 'phantom',
  early: 'early',
  // Promise 3: recognisable deliveries.
  'delivered twice': 'other',
  'delivery without run': 'other',
  'not delivered': 'other',
  'attempt not delivered': 'other',
  'attempts out of order': 'other',
  'unexplained repeat': 'other',
  'too many repeats': 'other',
  'wrong instant': 'other',
  'foreign key': 'other',
  'changed body': 'other',
  'changed message': 'other',
  // Promise 4: who has lost a run changes nothing any more.
  'change after the lease': 'stale',
  'change by another worker': 'stale',
  'changed verdict': 'stale',
  'impossible change': 'other',
  // Promise 5: edits look forward only.
  'old definition': 'retro',
  'started in a pause': 'retro',
  past: 'retro',
  'old payload': 'other',
  'unknown payload': 'other',
  // The policies of a job.
  overlapping: 'overlapped',
  'queue too long': 'overlapped',
  'missed policy': 'other',
  'catch-up out of order': 'other',
  // Promise 6: a schedule cannot die.
  'dead schedule': 'other',
  'wrong next instant': 'other',
  'endless pause': 'other',
  // What the service says about itself.
  'server error': 'other',
  contradiction: 'other',
  'unexplained revision': 'other',
  misdated: 'other',
  'stale answer': 'other',
} as const satisfies Record<string, CountName | 'other'>;

export type BreachKind = keyof typeof KINDS;

/** How many breaches each of the counts covers. */
export type Counts = Record<CountName, number>;

export function countsOf(kinds: Partial<Record<BreachKind, number>>): Counts {
  const counts = {
    ...{ lost: 0, phantom: 0, doubled: 0, miscounted: 0, early: 0 },
    ...{ open: 0, stale: 0, overlapped: 0, retro: 0 },
  };
  for (const [kind, number] of Object.entries(kinds)) {
    const name = KINDS[kind as BreachKind];
    if (name !== 'other') counts[name] += number;
  }
  return counts;
}
