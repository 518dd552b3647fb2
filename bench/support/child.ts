import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A script of this folder in a process of its own, which answers each message with one. */
export class Child {
  private constructor(
    private readonly child: ChildProcess,
    /** What the script has said first. */
    readonly greeting: unknown,
  ) {}

  static async start(script: string, ...args: string[]): Promise<Child> {
    const child = fork(fileURLToPath(new URL(`./${script}.js`, import.meta.url)), args);
    const [greeting] = (await once(child, 'message')) as [unknown];
    return new Child(child, greeting);
  }

  async ask<T>(message: object): Promise<T> {
    this.child.send(message);
    const [answer] = (await once(this.child, 'message')) as [T];
    return answer;
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill();
    await exited;
  }
}
