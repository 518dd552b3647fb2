import { describe, expect, it } from '@jest/globals';
import { START, Story } from './histories/a-history.ts';
import { judge } from './judge.ts';
import { row } from './histories/planted.ts';
import { spreadOf } from './lateness.ts';

/** A job every two seconds, each run 15 ms late, for two minutes. */
const aLongHistory = () => new Story(1, 0.25).evidence(120);

describe('lateness', () => {
  it('is that of first starts of the schedule', () => {
    const evidence = new Story(1, 0.25).trigger(5).evidence(30);
    Object.assign(row(evidence, 1, 4), { started_at: START + 5_000 });

    const { lateness, finalWithinMs } = judge(evidence);

    expect(lateness.all).toEqual({ count: 15, p50: 15, p99: 1_000, max: 1_000 });
    expect(lateness.outside).toEqual(lateness.all);
    expect(lateness.afterFault.count + lateness.rest.count).toBe(0);
    expect(finalWithinMs).toBe(115);
  });

  it('is apart for what was near a fault, and during a long one', () => {
    const evidence = aLongHistory();
    const from = START + 39_500;
    evidence.faults = [{ kind: 'SIGSTOP', target: 'one', from, to: from + 40_000 }];

    const { lateness } = judge(evidence);

    // Instants 40 to 48 come after its begin, 80 to 88 after its end, 50 to 78 between.
    expect(lateness.afterFault.count).toBe(10);
    expect(lateness.rest.count).toBe(15);
    expect(lateness.outside.count).toBe(35);
  });

  it('counts what a fault has kept from starting as near it', () => {
    const evidence = aLongHistory();
    evidence.faults = [
      { kind: 'SIGKILL', target: 'one', from: START + 39_000, to: START + 39_000 },
    ];
    Object.assign(row(evidence, 1, 38), { started_at: START + 39_200 });

    const { lateness } = judge(evidence);

    expect(lateness.afterFault).toMatchObject({ count: 6, max: 1_200 });
    expect(lateness.outside.max).toBe(15);
  });

  it('has percentiles that are values', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

    expect(spreadOf(hundred)).toEqual({ count: 100, p50: 50, p99: 99, max: 100 });
    expect(spreadOf([7])).toEqual({ count: 1, p50: 7, p99: 7, max: 7 });
    expect(spreadOf([])).toEqual({ count: 0, p50: 0, p99: 0, max: 0 });
  });
});

describe('take-overs', () => {
  it('are counted, with the faults that have caused them', () => {
    const evidence = aLongHistory();
    const at = (second: number) => new Date(START + second * 1_000).toISOString();
    const past = { attempt: 1, startedAt: at(10.015), error: null };
    Object.assign(row(evidence, 1, 10), {
      attempt: 3,
      attempts: [
        { ...past, outcome: 'lost', finishedAt: at(16), worker: 'host-200-abc' },
        { ...past, attempt: 2, outcome: 'handed-back', finishedAt: at(17), worker: 'host-300-abc' },
      ],
    });
    const fault = { kind: 'SIGKILL', target: 'one', to: START };
    evidence.faults = [
      { ...fault, from: START + 12_000, pid: 200 },
      { ...fault, from: START + 16_500, pid: 200 },
      { ...fault, from: START + 12_000, pid: 20 },
      { ...fault, from: START + 12_000 },
    ];

    const { takenOver, bites } = judge(evidence);

    expect(takenOver).toEqual({ lost: 1, handedBack: 1 });
    expect(bites).toEqual({ faults: 3, bit: 1 });
  });
});
