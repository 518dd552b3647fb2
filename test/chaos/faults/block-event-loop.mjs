// Preloaded into an instance with `node --import`: at SIGUSR2 the thread that answers requests and
// starts runs stands still for BLOCK_EVENT_LOOP_MS milliseconds, as it does under a handler that
// computes without a pause. It waits where a handler would compute, so that a busy machine is no
// part of the fault. Timers, sockets and signals have to wait; other threads have not.
import { isMainThread } from 'node:worker_threads';

const blockMs = Number(process.env.BLOCK_EVENT_LOOP_MS ?? 15_000);

// Preloads come to every thread, and signals to the main one only.
if (isMainThread) process.on('SIGUSR2', block);

function block() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, blockMs);
}
