import { Injectable } from '@nestjs/common';
import { Loop, type LoopOptions } from './loop.ts';

/** The loops without which nothing runs: the readiness probe sees whether one of them stalls. */
@Injectable()
export class Loops {
  private readonly loops: Loop[] = [];

  create(options: LoopOptions): Loop {
    const loop = new Loop(options);
    this.loops.push(loop);
    return loop;
  }

  get stalled(): string[] {
    return this.loops.filter((loop) => loop.stalled).map(({ name }) => name);
  }
}
