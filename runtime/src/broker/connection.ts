import { type ChannelModel, connect, type RecoveringChannelModel } from 'amqplib';
import type { Logger } from '../log.ts';
import { coalesceWrites } from './coalesce-writes.ts';

const HEARTBEAT_SECONDS = 10;

/**
 * One AMQP connection that reconnects by itself. `setup` runs on every new connection: channels, consumers and
 * publishers are made there, since those of the old connection stay dead.
 */
export interface BrokerConnection {
  readonly connected: boolean;
  /** The broker has run out of memory or disk and takes no publishes; undefined when it does. */
  readonly blocked: string | undefined;
  onConnect(setup: (model: ChannelModel) => Promise<void>): Promise<void>;
  onDisconnect(listener: (reason: string) => void): void;
  close(): Promise<void>;
}

/** Connects, waiting as long as it takes: a worker that starts before its broker is not an error. */
export async function connectBroker(url: string, name: string, log: Logger): Promise<BrokerConnection> {
  const setups: ((model: ChannelModel) => Promise<void>)[] = [];
  const listeners: ((reason: string) => void)[] = [];
  let model: ChannelModel | undefined;
  let blocked: string | undefined;

  // amqplib's recovery listens only once `setup` is done; a connection can fail or be blocked before that.
  const listenTo = (fresh: ChannelModel) => {
    blocked = undefined;
    coalesceWrites(fresh);
    fresh.on('error', () => {});
    fresh.on('blocked', (reason) => {
      blocked = reason || 'resource alarm';
      log.warn({ connection: name, reason }, 'the broker blocks publishing');
    });
    fresh.on('unblocked', () => {
      blocked = undefined;
      log.info({ connection: name }, 'the broker takes publishes again');
    });
  };

  const recovering: RecoveringChannelModel = await connect(withHeartbeat(url), {
    noDelay: true,
    clientProperties: { connection_name: name },
    recovery: {
      initialDelay: 100,
      maxDelay: 3_000,
      waitForConnect: false,
      setup: async (fresh: ChannelModel) => {
        listenTo(fresh);
        for (const setup of setups) await setup(fresh);
        model = fresh;
        log.info({ connection: name }, 'connected to the broker');
      },
    },
  });
  recovering.on('error', (error) => log.warn({ connection: name, err: error }, 'broker connection error'));
  recovering.on('connect-failed', (error) => log.warn({ connection: name, err: error }, 'cannot reach the broker'));
  recovering.on('disconnect', (error) => {
    model = undefined;
    log.warn({ connection: name, err: error }, 'lost the broker');
    for (const listener of listeners) listener(error?.message ?? 'connection closed');
  });

  return {
    get connected() {
      return model !== undefined;
    },
    get blocked() {
      return blocked;
    },
    async onConnect(setup) {
      setups.push(setup);
      if (model) await setup(model);
    },
    onDisconnect: (listener) => listeners.push(listener),
    close: async () => {
      await recovering.close().catch((error: Error) => log.debug({ err: error }, 'closing the broker connection'));
    },
  };
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  return parsed.href;
}
