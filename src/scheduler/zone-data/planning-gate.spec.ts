import { describe, expect, it } from '@jest/globals';
import { PlanningGate } from './planning-gate.ts';

describe('the gate of the planner', () => {
  it('is open until somebody closes it, and when he has opened it again', async () => {
    const gate = new PlanningGate();

    const open = await gate.pass(async () => 'planned');
    await gate.close();
    const closed = await gate.pass(async () => 'planned');
    gate.open();
    const again = await gate.pass(async () => 'planned');

    expect([open, closed, again]).toEqual(['planned', undefined, 'planned']);
  });

  it('is closed when everybody has left it, however he has', async () => {
    const gate = new PlanningGate();
    const events: string[] = [];
    let fail: (error: Error) => void = () => undefined;
    const planning = gate
      .pass(() => new Promise((_, reject) => (fail = reject)))
      .catch((error: Error) => events.push(error.message));

    const closed = gate.close().then(() => events.push('closed'));
    await gate.pass(async () => events.push('never'));
    fail(new Error('failed'));
    await Promise.all([planning, closed]);

    expect(events.sort()).toEqual(['closed', 'failed']);
    expect(await gate.pass(async () => 'planned')).toBeUndefined();
  });
});
