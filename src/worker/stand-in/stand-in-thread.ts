import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { type Orders, StandIn } from './stand-in.ts';
import { paceOf } from './watch.ts';

// The whole life of the stand-in's thread. Nothing but what is imported here is loaded into it.
const orders = workerData as Orders;
const standIn = new StandIn(orders, (error) => parentPort?.postMessage(error));
const { beatMs } = paceOf(orders.leaseMs);

for (;;) {
  await standIn.look();
  await sleep(beatMs);
}
