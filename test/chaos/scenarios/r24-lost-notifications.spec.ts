import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/eventually.ts';
import { latenessWithin } from '../harness/bounds.ts';
import { createJobs } from '../harness/load.ts';
import { scenario } from '../harness/scenario.ts';
import { sized } from '../harness/size.ts';

const POLL_MS = 2_000;
const LOST_MS = sized(8_000, 40_000);
const LISTENING_MS = 10_000;
const SECOND_MS = 1_000;

scenario({ id: 'R24', title: 'nobody hears what is announced' }, async (stage) => {
  await stage.openDatabase();
  const lines = await stage.openLines(2);
  const settings = { POLL_MS: String(POLL_MS) };
  const berth = (index: number) => ({ databaseUrl: lines[index]?.url ?? '', settings });
  await stage.startFleet({ size: 2, berth });
  const from = Math.ceil(stage.time.now() / SECOND_MS) * SECOND_MS + 2 * SECOND_MS;
  const endsAt = from + LISTENING_MS + LOST_MS + 6 * SECOND_MS;
  const bounds = { startAt: new Date(from).toISOString(), endAt: new Date(endsAt).toISOString() };
  await createJobs(stage.apiUrls, [{ name: 'lone', schedule: '*/2 * * * * *', ...bounds }]);
  stage.until(endsAt);
  const listeners = () => lines.filter(({ sessions }) => sessions.some((it) => it.isListening));
  await eventually(() => listeners().length === lines.length);
  await stage.reach(from + SECOND_MS);

  const cutAt = performance.now();
  const cut = async () => lines.map((line) => line.cut(({ isListening }) => isListening));
  const cuts = await stage.during('cut', 'LISTEN', cut);
  await eventually(() => listeners().length === lines.length, { timeoutMs: 2 * LISTENING_MS });
  const listeningMs = Math.round(performance.now() - cutAt);

  await stage.during('dropped', 'NOTIFY', async () => {
    for (const line of lines) line.loseNotifications();
    await sleep(LOST_MS);
    for (const line of lines) line.keepNotifications();
  });

  const lost = lines.reduce((sum, line) => sum + line.lostNotifications, 0);
  await stage.conclude((judgement) => ({
    load: 'one job each 2 s',
    bites: { count: cuts.every((count) => count > 0) ? lost : 0, atLeast: 1 },
    bounds: [
      ...latenessWithin(judgement, { max: POLL_MS + SECOND_MS }),
      { what: 'listening again, ms', value: listeningMs, atMost: LISTENING_MS },
    ],
  }));
});
