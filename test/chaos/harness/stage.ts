import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Answer, Evidence, Fault } from '../checker/evidence.ts';
import { judge, type Judgement, type JudgeOptions } from '../checker/judge.ts';
import { negativeControls } from '../checker/tampering.ts';
import type { Known } from '../evidence/read-evidence.ts';
import { DatabaseTime } from '../evidence/database-time.ts';
import { installObserver } from '../evidence/observer.ts';
import { readEvidence } from '../evidence/read-evidence.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { DatabaseFaults } from '../faults/database-faults.ts';
import { PgProxy } from '../faults/pg-proxy.ts';
import { PrivatePostgres, type PrivatePostgresOptions } from '../faults/private-postgres.ts';
import { Fleet, type FleetOptions, processesOf } from './fleet.ts';
import { createLoad, type Load } from './load.ts';
import { Receiver, type ReceiverOptions } from './receiver.ts';
import { type Claims, report, resultOf } from './result.ts';

const SECOND_MS = 1_000;
/** From the registration of the jobs to their first instant, at the least. */
const HEAD_START_MS = 4_000;
/** How long after the last instant everything has to have its verdict. */
const SETTLE_MS = 30_000;
/** Of those in the log of the service. */
const KEPT_ERRORS = 5;

/** What a scenario needs of a database. */
export type StageDatabase = Pick<TestDatabase, 'url' | 'query' | 'drop'>;

/** Load without the moment at which it begins. */
export type LoadOptions = Omit<Load, 'from'>;

/** How the evidence is to be judged, and what beside the ledger may go wrong. */
export interface Judging extends JudgeOptions {
  dueOverride?: Known['dueOverride'];
  /** Whether errors in the log of the service are part of the scenario. */
  mayLogErrors?: boolean;
}

/** All that a scenario needs: a database, processes, targets, and a record of what was done. */
export class Stage {
  readonly faults: Fault[] = [];
  readonly answers: Answer[] = [];
  /** Ends of things that the scenario has opened, latest first. */
  private readonly ends: (() => Promise<unknown>)[] = [];
  private readonly receivers: Receiver[] = [];
  private readonly fleets: Fleet[] = [];
  private settledUntil = 0;
  private database_: StageDatabase | undefined;
  private time_: DatabaseTime | undefined;

  constructor(private readonly about: { id: string; title: string }) {}

  get database(): StageDatabase {
    if (!this.database_) throw new Error('The stage has no database yet');
    return this.database_;
  }

  get time(): DatabaseTime {
    if (!this.time_) throw new Error('The stage has no clock yet');
    return this.time_;
  }

  /** Has something closed at the end, in reverse order. */
  opened<T>(thing: T, close: (thing: T) => Promise<unknown>): T {
    this.ends.unshift(() => close(thing));
    return thing;
  }

  /** Sets the stage on a database, by default an empty one of the shared server. */
  async openDatabase(given?: StageDatabase): Promise<StageDatabase> {
    const database = given ?? (await createDatabase());
    await this.openBareDatabase(database);
    await installObserver(database);
    // Some builds that are wrong on purpose need a database that is as well.
    if (process.env.CHAOS_SQL) await database.query(process.env.CHAOS_SQL);
    return database;
  }

  /** The same for one without a schema: nobody watches what becomes of it. */
  async openBareDatabase(database: StageDatabase): Promise<void> {
    this.database_ = this.opened(database, () => database.drop());
    this.time_ = await DatabaseTime.open(database.url);
  }

  /** Sets the stage on a server that belongs to it alone. */
  async openServer(options: PrivatePostgresOptions = {}): Promise<PrivatePostgres> {
    const start = PrivatePostgres.start(options);
    const server = this.opened(await start, (postgres) => postgres.close());
    await this.openDatabase(await server.createDatabase());
    return server;
  }

  /** What others can do to the stage's database. */
  openDatabaseFaults(): DatabaseFaults {
    return this.opened(new DatabaseFaults(this.database.url), (faults) => faults.close());
  }

  /** A line of its own to the stage's database for each process of a fleet of this size. */
  async openLines(size: number): Promise<PgProxy[]> {
    const lines = Array.from({ length: processesOf(size) }, () => PgProxy.to(this.database.url));
    return (await Promise.all(lines)).map((line) => this.opened(line, (proxy) => proxy.close()));
  }

  /** Starts processes, on the stage's database unless the options say otherwise. */
  async startFleet(options: Partial<FleetOptions> & Pick<FleetOptions, 'size'>): Promise<Fleet> {
    const fleet = await this.fleetOf(options);
    await Promise.all(fleet.members.map((member) => member.start()));
    return fleet;
  }

  /** The same, and nobody has started them yet. */
  async fleetOf(options: Partial<FleetOptions> & Pick<FleetOptions, 'size'>): Promise<Fleet> {
    if (!this.database_) await this.openDatabase();
    const { url } = this.database;
    const fleet = Fleet.of({ berth: () => ({ databaseUrl: url }), ...options });
    this.fleets.push(fleet);
    return this.opened(fleet, () => fleet.close());
  }

  /** A target for `http` jobs, which keeps a record of what arrives. */
  async openReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
    const receiver = await Receiver.open(this.time, options);
    this.receivers.push(receiver);
    return this.opened(receiver, () => receiver.close());
  }

  /**
   * Registers jobs that are due for so many seconds, and answers when the first instant is, in
   * milliseconds since 1970 by the clock of the database. Where they are due for ever, the scenario
   * has to say until when that counts.
   */
  async load(options: LoadOptions, urls = this.apiUrls): Promise<number> {
    const from = Math.ceil((this.time.now() + HEAD_START_MS) / SECOND_MS) * SECOND_MS;
    await createLoad(this.database, urls, { ...options, from });
    this.until(from + (options.seconds ?? 0) * SECOND_MS);
    return from;
  }

  /** What is due up to this instant must have its verdict in the end. */
  until(instant: number): void {
    this.settledUntil = Math.max(this.settledUntil, instant);
  }

  /** Resolves at this instant of the database, or at once when it has passed. */
  async reach(instant: number): Promise<void> {
    await sleep(Math.max(0, instant - this.time.now()));
  }

  /**
   * Notes a fault while it lasts.
   * @param pid of the process that it is done to, where it takes its runs away.
   */
  async during<T>(kind: string, target: string, work: () => Promise<T>, pid?: number): Promise<T> {
    const fault: Fault = { kind, target, from: this.time.now(), to: Infinity, pid };
    this.faults.push(fault);
    try {
      return await work();
    } finally {
      fault.to = this.time.now();
    }
  }

  /** Waits for the end of everything that was due, without insisting: the checker does. */
  async settle(limitMs = SETTLE_MS): Promise<void> {
    await this.reach(this.settledUntil + SECOND_MS);
    const open = `SELECT FROM runs WHERE wake_at IS NOT NULL AND scheduled_for <= $1 LIMIT 1`;
    const until = [new Date(this.settledUntil)];
    await eventually(async () => (await this.database.query(open, until)).length === 0, {
      timeoutMs: limitMs,
    }).catch(() => undefined);
  }

  /** Reads everything and judges it; reports, and fails unless the scenario has passed. */
  async conclude(
    claim: (judgement: Judgement, evidence: Evidence) => Claims | Promise<Claims>,
    judging: Judging = {},
  ): Promise<Evidence> {
    await this.settle();
    const evidence = await this.evidence(judging);
    const judgement = judge(evidence, judging);
    const claims = await claim(judgement, evidence);
    const troubles = [...this.troubles(judging), ...blindSpots(evidence, judging)];
    const result = resultOf(this.about, claims, judgement, {
      faults: this.faults.length,
      troubles,
    });
    await report(result);
    expect({ verdict: result.verdict, why: result.why }).toEqual({ verdict: 'passed', why: [] });
    return evidence;
  }

  /** All that is known by now. */
  async evidence({ dueOverride }: Judging = {}): Promise<Evidence> {
    await this.time.tie();
    // Comes first: what arrives while the ledger is being read may belong to rows that come later.
    const deliveries = this.receivers.flatMap((receiver) => receiver.deliveries);
    const { answers, faults, settledUntil, time } = this;
    const known = { answers, deliveries, faults, settledUntil, dueOverride, time };
    return readEvidence(this.database, known);
  }

  async close(): Promise<void> {
    for (const end of this.ends) await end().catch(() => undefined);
  }

  /** The addresses of all processes with an API. */
  get apiUrls(): string[] {
    return this.fleets.flatMap((fleet) => fleet.apis.map(({ url }) => url));
  }

  /** What has gone wrong beside the ledger, in words. */
  private troubles({ mayLogErrors = false }: Judging): string[] {
    const deaths = this.fleets.flatMap((fleet) => fleet.deaths);
    const errors = mayLogErrors ? [] : this.fleets.flatMap((fleet) => fleet.errors);
    return [
      ...deaths.map((death) => `A process died by itself: ${death}`),
      ...errors.slice(0, KEPT_ERRORS).map((error) => `An error was logged: ${error}`),
    ];
  }
}

/** Ways to tamper with what is known that the checker would not notice here. */
function blindSpots(evidence: Evidence, judging: Judging): string[] {
  return negativeControls(evidence, judging)
    .filter(({ isCaught }) => !isCaught)
    .map(({ name, caughtBy }) => `The checker does not see "${name}" as ${caughtBy}`);
}
