import { setTimeout as pause } from 'node:timers/promises';
import { type ChannelModel, connect } from 'amqplib';
import { errorMessage } from '../errors.ts';
import type { Logger } from '../log.ts';
import { brokerNodes } from './address.ts';
import { coalesceWrites } from './coalesce-writes.ts';
import { resolveInTurn } from './resolve-in-turn.ts';

/**
 * A node that hangs is noticed after two to three of them, and its orders wait as long. Below 5 s a busy machine is taken
 * for a dead one (RabbitMQ docs, "Detecting Dead TCP Connections with Heartbeats").
 */
const HEARTBEAT_SECONDS = 5;
/**
 * Heartbeats begin only once the connection is open: until then this bounds a broker that accepts and is silent. A load
 * balancer may send us to such a node several times.
 */
const OPEN_TIMEOUT_MS = 5_000;
/** What is declared waits for the cluster's metadata store, and while its leader hangs RabbitMQ answers after 30 s only. */
const SETUP_TIMEOUT_MS = 10_000;
/** A broker that hangs must not keep a process that is told to stop. */
const CLOSE_TIMEOUT_MS = 5_000;
const RETRY_MS = { first: 100, most: 3_000 };
const inTurn = resolveInTurn();

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

/** Opens a connection to one node, within a bound. */
async function openConnection(
  node: string,
  name: string,
  { timeoutMs = OPEN_TIMEOUT_MS, lookup = inTurn } = {},
): Promise<ChannelModel> {
  const url = new URL(node);
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  const socket = { noDelay: true, timeout: timeoutMs, lookup, clientProperties: { connection_name: name } };
  const model = await connect(url.href, socket);
  model.on('error', () => {});
  return model;
}

/** Opens a connection to the first node that takes one, for a job that does not outlive it. @throws the last node's error */
export async function openAnyNode(amqpUrl: string, name: string): Promise<ChannelModel> {
  const nodes = brokerNodes(amqpUrl);
  for (const node of nodes.slice(0, -1)) {
    const model = await openConnection(node.href, name).catch(() => undefined);
    if (model) return model;
  }
  return openConnection((nodes.at(-1) as URL).href, name);
}

/**
 * Connects in the background, to one node after the other, those that a name resolves to too, waiting as long as it takes: a worker that starts before its
 * broker is not an error. Of several nodes each process begins with another, so that clients spread.
 */
export function connectBroker(
  amqpUrl: string,
  name: string,
  log: Logger,
  { openTimeoutMs = OPEN_TIMEOUT_MS, setupTimeoutMs = SETUP_TIMEOUT_MS, lookup = inTurn } = {},
): BrokerConnection {
  const nodes = brokerNodes(amqpUrl);
  const setups: ((model: ChannelModel) => Promise<void>)[] = [];
  const listeners: ((reason: string) => void)[] = [];
  const closing = new AbortController();
  let model: ChannelModel | undefined;
  let blocked: string | undefined;

  const listenTo = (fresh: ChannelModel) => {
    blocked = undefined;
    coalesceWrites(fresh);
    fresh.on('blocked', (reason) => {
      blocked = reason || 'resource alarm';
      log.warn({ connection: name, reason }, 'the broker blocks publishing');
    });
    fresh.on('unblocked', () => {
      blocked = undefined;
      log.info({ connection: name }, 'the broker takes publishes again');
    });
  };

  /** From opening to the connection's end. @returns why it ended */
  const live = async (node: URL): Promise<{ wasUp: boolean; reason: string }> => {
    let fresh: ChannelModel | undefined;
    try {
      fresh = await openConnection(node.href, name, { timeoutMs: openTimeoutMs, lookup });
      const ended = new Promise<string>((resolve) => {
        fresh?.once('close', (error?: Error) => resolve(error?.message ?? 'connection closed'));
      });
      listenTo(fresh);
      for (const setup of setups) await within(setupTimeoutMs, setup(fresh));
      closing.signal.throwIfAborted();
      model = fresh;
      log.info({ connection: name, node: node.host }, 'connected to the broker');
      return { wasUp: true, reason: await ended };
    } catch (error) {
      if (!closing.signal.aborted) {
        log.warn({ connection: name, node: node.host, error: errorMessage(error) }, 'cannot reach the broker');
      }
      await closed(fresh);
      return { wasUp: false, reason: errorMessage(error) };
    }
  };

  const keepConnected = async () => {
    let delay = RETRY_MS.first;
    for (let next = Math.floor(Math.random() * nodes.length); !closing.signal.aborted; next += 1) {
      const { wasUp, reason } = await live(nodes[next % nodes.length] as URL);
      if (model) {
        model = undefined;
        log.warn({ connection: name, reason }, 'lost the broker');
        for (const listener of listeners) listener(reason);
      }
      delay = wasUp ? RETRY_MS.first : Math.min(delay * 2, RETRY_MS.most);
      // Nobody is to return in the same instant as all others.
      await pause(delay * (0.8 + Math.random() * 0.4), undefined, { signal: closing.signal }).catch(() => {});
    }
  };
  const ended = keepConnected();

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
      closing.abort();
      const enough = pause(CLOSE_TIMEOUT_MS, undefined, { ref: false });
      await Promise.race([Promise.all([closed(model), ended]), enough]);
    },
  };
}

/** @throws Error when the work takes longer */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const tooLong = pause(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`not set up within ${ms} ms`);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    timer.abort();
    for (const late of [work, tooLong]) late.catch(() => {});
  }
}

/** A node that hangs does not even answer that: its connection is left to the heartbeats. */
async function closed(model: ChannelModel | undefined): Promise<void> {
  await Promise.race([model?.close().catch(() => {}), pause(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
}
