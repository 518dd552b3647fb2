import { Injectable } from '@nestjs/common';
import { Loop, type LoopOptions } from './loop.ts';

/** The loops of this process, so that the readiness probe can see whether one of them stalls. */
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
