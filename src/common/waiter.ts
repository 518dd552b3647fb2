/** Sleep that can be ended early. One waits at a time. */
export class Waiter {
  private woken = false;
  private end: (() => void) | undefined;

  /** Resolves after `ms`, or at once when somebody has called `wake` since the last wait. */
  async wait(ms: number): Promise<void> {
    if (!this.woken && ms > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.end = undefined;
    this.woken = false;
  }

  /** Forgets a `wake` that nobody has waited for. */
  rest(): void {
    this.woken = false;
  }

  wake(): void {
    this.woken = true;
    this.end?.();
  }
}
