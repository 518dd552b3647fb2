import { Loops } from '../../src/common/loops.ts';
import { LedgerRepository } from '../../src/runs/ledger.repository.ts';
import { AlignmentsRepository } from '../../src/scheduler/zone-data/alignments.repository.ts';
import { RealignmentRepository } from '../../src/scheduler/zone-data/realignment.repository.ts';
import { ZoneDataRepository } from '../../src/scheduler/zone-data/zone-data.repository.ts';
import { ZoneDataStatus } from '../../src/scheduler/zone-data/zone-data-status.ts';
import { ZoneKeeper } from '../../src/scheduler/zone-data/zone-keeper.ts';
import type { Config } from '../../src/config/config.ts';
import type { TestDatabase } from './database.ts';
import type { Engine } from './engine.ts';
import { testConfig } from './service.ts';

/** What keeps the zone data of an instance, driven by hand. */
export interface TestKeeper {
  readonly keeper: ZoneKeeper;
  readonly realignments: RealignmentRepository;
  readonly status: ZoneDataStatus;
  /** Does all that is to be done: what `tick` does once. */
  settle(): Promise<void>;
}

export function openKeeper(
  { pool }: Pick<TestDatabase, 'pool'>,
  { clock, gate }: Pick<Engine, 'clock' | 'gate'>,
  config: Partial<Config> = {},
): TestKeeper {
  const states = new ZoneDataRepository(pool);
  const alignments = new AlignmentsRepository(new LedgerRepository());
  const realignments = new RealignmentRepository(pool, states, alignments);
  const status = new ZoneDataStatus();
  const keeper = new ZoneKeeper(
    states,
    realignments,
    gate,
    status,
    clock,
    testConfig(config),
    new Loops(),
  );
  return {
    keeper,
    realignments,
    status,
    settle: async () => {
      while (await keeper.tick());
    },
  };
}
