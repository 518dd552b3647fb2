import { Worker, type WorkerOptions } from 'node:worker_threads';

export interface KeptThreadOptions {
  file: URL;
  worker: WorkerOptions;
  /** Before a thread that has ended is started again. */
  pauseMs: number;
  onMessage: (message: unknown) => void;
  /** Told why the thread has ended by itself. */
  onBroken: (error: unknown) => void;
}

/** A thread that is started again when it ends by itself, and never keeps the process alive. */
export class KeptThread {
  private thread: Worker | undefined;
  private pause: NodeJS.Timeout | undefined;

  constructor(private readonly options: KeptThreadOptions) {}

  start(): void {
    const { file, worker, onMessage, onBroken } = this.options;
    const thread = new Worker(file, worker);
    thread.on('message', onMessage);
    thread.on('error', onBroken);
    thread.once('exit', () => this.again(thread));
    thread.unref();
    this.thread = thread;
  }

  /** Resolves when the thread is gone, wherever it was. Stopping twice is harmless. */
  async stop(): Promise<void> {
    const { thread } = this;
    this.thread = undefined;
    clearTimeout(this.pause);
    await thread?.terminate();
  }

  private again(thread: Worker): void {
    if (thread !== this.thread) return;
    this.pause = setTimeout(() => this.start(), this.options.pauseMs).unref();
  }
}
