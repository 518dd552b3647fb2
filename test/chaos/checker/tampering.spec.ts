import { describe, expect, it } from '@jest/globals';
import { judge } from './judge.ts';
import { aHistory, TOLERANCES } from './histories/planted.ts';
import { negativeControls, tamperings } from './tampering.ts';

const ALL = [
  ['delete one row', 'lost'],
  ['add one row', 'phantom'],
  ['move one row by a second', 'lost'],
  ['double one row', 'doubled'],
  ['start one early', 'early'],
  ['leave one open', 'open'],
  ['swap two job ids', 'lost'],
  ['end one after its lease', 'stale'],
  ['drop one arrival', 'not delivered'],
];

describe('evidence that was tampered with', () => {
  it('is caught by the count that it should be caught by', () => {
    const controls = negativeControls(aHistory(), { tolerances: TOLERANCES });

    expect(controls).toEqual(ALL.map(([name, caughtBy]) => ({ name, caughtBy, isCaught: true })));
  });

  it('leaves what it was made from as it was', () => {
    const evidence = aHistory();

    tamperings(evidence);

    expect(judge(evidence, { tolerances: TOLERANCES }).words).toEqual([]);
    expect(evidence).toEqual(aHistory());
  });

  it('is not there where there is nothing to tamper with', () => {
    const evidence = { ...aHistory(), deliveries: [], changes: [] };

    expect(tamperings(evidence).map(({ name }) => name)).toEqual(
      ALL.slice(0, 7).map(([name]) => name),
    );
    expect(tamperings({ ...evidence, runs: [] })).toEqual([]);
  });
});
