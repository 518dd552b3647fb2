import pg from 'pg';
import type { ConnectionGate } from './connection-gate.ts';

/** A kind of client that connects only when the gate lets it, and tells the gate when it breaks. */
export function clientBehind(gate: ConnectionGate): typeof pg.Client {
  return class GatedClient extends pg.Client {
    override connect(): Promise<this>;
    override connect(callback: (error: Error) => void): void;
    override connect(callback?: (error: Error) => void): Promise<this> | void {
      const connected = gate.pass(() => super.connect()).then(() => this.watched());
      if (!callback) return connected;
      // The driver's type does not say so, but no error means success.
      connected.then(() => callback(undefined as never), callback);
    }

    private watched(): this {
      return this.once('error', () => gate.doubt());
    }
  };
}
