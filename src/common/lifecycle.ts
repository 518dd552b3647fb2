import { Injectable } from '@nestjs/common';

/** Whether this process is on its way out: from then on it is not ready for more. */
@Injectable()
export class Lifecycle {
  private leaving = false;

  get draining(): boolean {
    return this.leaving;
  }

  drain(): void {
    this.leaving = true;
  }
}
