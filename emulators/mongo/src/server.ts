import { type AddressInfo, createServer, isIPv6, type Socket } from 'node:net';
import { Cursors } from './commands/cursors.ts';
import { serve } from './connection.ts';
import { type Logger, silent } from './logger.ts';
import { Store } from './storage/store.ts';
import { expire } from './ttl.ts';

const housekeepingMs = 1000;

export interface MongoOptions {
  /** A loopback address; anything else is refused, as there is no authentication. */
  host?: string;
  /** 0: any free port. */
  port?: number;
  /** Where the journal lives; without it, data is gone when the server stops. */
  dataDir?: string;
  logger?: Logger;
}

export interface RunningMongo {
  /** For the driver, e.g. `mongodb://127.0.0.1:40001/?directConnection=true`. */
  uri: string;
  port: number;
  /** Ends all connections and makes sure everything acknowledged is on disk. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in for MongoDB that speaks its wire protocol (OP_MSG, and the OP_QUERY handshake) on loopback.
 * Throws if the address isn't loopback or is taken, or if the data directory is in use or damaged.
 */
export async function startMongo({
  host = '127.0.0.1',
  port = 0,
  dataDir,
  logger = silent,
}: MongoOptions = {}): Promise<RunningMongo> {
  refuseOutsiders(host);
  const store = new Store(dataDir, logger);
  const cursors = new Cursors();
  const sockets = new Set<Socket>();
  const startedAt = new Date();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, { store, cursors, connectionId: ++connections, startedAt }, logger);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch(async (error) => {
    await store.close();
    throw error;
  });
  const housekeeping = setInterval(() => {
    cursors.forgetIdle(Date.now());
    expire(store, Date.now()).catch((error: Error) => logger.error(`expired documents stay for now: ${error.message}`));
  }, housekeepingMs);
  const bound = (server.address() as AddressInfo).port;
  const uri = `mongodb://${isIPv6(host) ? `[${host}]` : host}:${bound}/?directConnection=true`;
  logger.info(
    `a stand-in for MongoDB, for development only, is at ${uri}; ${dataDir === undefined ? 'data is in memory only' : `data is in ${dataDir}`}`,
  );
  return {
    uri,
    port: bound,
    close: async () => {
      clearInterval(housekeeping);
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await store.close();
    },
  };
}

function refuseOutsiders(host: string): void {
  if (host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)) return;
  throw new Error(`host ${host} is not a loopback address; this stand-in has no authentication, use 127.0.0.1`);
}
