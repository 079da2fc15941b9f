import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { errorMessage } from './errors.ts';
import type { Logger } from './log.ts';

/** A circuit that is open, in the collection `circuits` of the worker's database. */
export interface OpenCircuit {
  /** One for each process. */
  readonly _id: string;
  readonly worker: string;
  readonly dependency: string;
  readonly since: Date;
  /** Renewed while it is open: one that is older than `CIRCUIT_STALE_MS` was left by a crash. */
  readonly at: Date;
}

export interface CircuitBoard {
  opened(dependency: string): void;
  closed(): void;
  close(): Promise<void>;
}

const RENEW_MS = 5_000;
export const CIRCUIT_STALE_MS = 3 * RENEW_MS;

/**
 * Writes down which circuits are open, so that whoever watches over the system can say so. It is only a notice:
 * when it can't be written nothing else suffers.
 */
export function circuitBoard(database: Connection, worker: string, log: Logger): CircuitBoard {
  const _id = randomUUID();
  const circuits = () => database.collection<OpenCircuit>('circuits');
  let renewing: NodeJS.Timeout | undefined;
  let busy: Promise<unknown> = Promise.resolve();

  const write = (work: () => Promise<unknown>) => {
    busy = busy.then(work).catch((error) => log.debug({ error: errorMessage(error) }, 'the circuit board waits'));
  };
  const closed = () => {
    if (!renewing) return;
    clearInterval(renewing);
    renewing = undefined;
    write(() => circuits().deleteOne({ _id }));
  };
  return {
    opened: (dependency) => {
      const since = new Date();
      const renew = () =>
        write(() =>
          circuits().updateOne({ _id }, { $set: { worker, dependency, since, at: new Date() } }, { upsert: true }),
        );
      clearInterval(renewing);
      renewing = setInterval(renew, RENEW_MS);
      renew();
    },
    closed,
    close: async () => {
      closed();
      await busy;
    },
  };
}
