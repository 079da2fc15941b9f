import { type Topology, workQueue } from '@orderflow/contracts';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { Logger } from '../log.ts';
import type { BrokerConnection } from './connection.ts';
import { declare } from './topology.ts';

/** One message in hand. Settle it once; on a channel that has closed meanwhile this does nothing, the broker redelivers. */
export interface Delivery {
  readonly message: ConsumeMessage;
  /** Its channel has closed: the broker has handed it out again, so what has not begun need not begin. */
  readonly gone: boolean;
  ack(): void;
  /** A failure: the broker hands it out again and counts it. */
  reject(): void;
  /** Not our fault (draining): the broker hands it to somebody else. */
  handBack(): void;
}

export interface Consumer {
  readonly consuming: boolean;
  /** Cancels the consumer; messages already here stay here. */
  pause(): void;
  resume(): void;
  /** Cancels for good; what was delivered can still be settled until `close`. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

const REOPEN_DELAY_MS = 250;

/** One life of a channel with its consumer. It is replaced, never mended. */
interface Session {
  readonly channel: Channel;
  tag: string | undefined;
  unsettled: number;
  /** No new messages come from it. */
  over: boolean;
  /** Nor can what it delivered be settled. */
  gone: boolean;
  /** The last change to the consumer that was asked for. */
  changing: Promise<void>;
}

/**
 * Consumes a worker's queue on a channel of its own. A lost connection, a failed channel, an acknowledgement
 * timeout, a server-side cancel and a deleted queue all end in the same way: a new channel, the topology
 * declared again, a new consumer.
 */
export async function consume(options: {
  connection: BrokerConnection;
  worker: string;
  topology: Topology;
  prefetch: number;
  log: Logger;
  onDelivery(delivery: Delivery): void;
}): Promise<Consumer> {
  const { connection, worker, topology, prefetch, log, onDelivery } = options;
  const queue = workQueue(worker);
  let model: ChannelModel | undefined;
  let session: Session | undefined;
  let wanted = true;
  let stopped = false;

  const open = async (on: ChannelModel) => {
    model = on;
    await declare(on, topology);
    const channel = await on.createChannel();
    const fresh: Session = {
      channel,
      tag: undefined,
      unsettled: 0,
      over: false,
      gone: false,
      changing: Promise.resolve(),
    };
    channel.on('error', (error) => log.warn({ queue, err: error }, 'consuming channel failed'));
    channel.on('close', () => {
      fresh.gone = true;
      replace(fresh, on);
    });
    await channel.prefetch(prefetch);
    session = fresh;
    await align(fresh, on);
  };

  /** Brings the consumer in line with what is wanted; one change at a time, or a second start would leave two consumers. */
  const align = (target: Session, on: ChannelModel): Promise<void> => {
    const aligned = target.changing.then(async () => {
      if (target.over || wanted === (target.tag !== undefined)) return;
      await (wanted ? start(target, on) : stop(target));
    });
    target.changing = aligned.catch(() => {});
    return aligned;
  };

  const start = async (target: Session, on: ChannelModel) => {
    const { consumerTag } = await target.channel.consume(queue, (message) => {
      if (message === null) return replace(target, on);
      target.unsettled += 1;
      onDelivery(deliveryOn(target, message));
    });
    target.tag = consumerTag;
    log.info({ queue, prefetch }, 'consuming');
  };

  const stop = async (target: Session) => {
    const { tag } = target;
    target.tag = undefined;
    if (tag !== undefined && !target.over) await target.channel.cancel(tag);
  };

  /** The session is of no more use for new messages. Where the connection lives on, open another on it. */
  const replace = (old: Session, on: ChannelModel) => {
    if (old.over) return;
    old.over = true;
    old.tag = undefined;
    if (session === old) session = undefined;
    retire(old);
    if (stopped || model !== on || !connection.connected) return;
    log.warn({ queue }, 'consumer lost; opening a new channel');
    const again = () => {
      if (stopped || model !== on || !connection.connected) return;
      open(on).catch((error) => {
        log.warn({ queue, err: error }, 'cannot consume yet');
        setTimeout(again, REOPEN_DELAY_MS);
      });
    };
    again();
  };

  const deliveryOn = (target: Session, message: ConsumeMessage): Delivery => {
    const settle = (how: (channel: Channel) => void) => () => {
      try {
        how(target.channel);
      } catch (error) {
        log.debug({ queue, err: error }, 'the channel closed first; the broker will redeliver');
      }
      target.unsettled -= 1;
      retire(target);
    };
    return {
      message,
      get gone() {
        return target.gone;
      },
      ack: settle((channel) => channel.ack(message)),
      reject: settle((channel) => channel.reject(message, true)),
      handBack: settle((channel) => channel.nack(message, false, true)),
    };
  };

  const change = (want: boolean) => {
    wanted = want;
    if (!session || !model) return;
    align(session, model).catch((error: Error) => {
      log.debug({ queue, err: error }, 'the consumer changed while its channel closed');
    });
  };

  connection.onDisconnect(() => {
    if (session) {
      session.over = true;
      session.gone = true;
    }
    session = undefined;
  });
  await connection.onConnect(open);

  return {
    get consuming() {
      return session?.tag !== undefined;
    },
    pause: () => change(false),
    resume: () => change(true),
    cancel: async () => {
      stopped = true;
      wanted = false;
      if (session && model) await align(session, model).catch(() => {});
    },
    close: async () => {
      stopped = true;
      await session?.channel.close().catch(() => {});
    },
  };
}

/** After a server-side cancel the old channel is still good for settling what it delivered; then it is closed. */
function retire(session: Session): void {
  if (session.over && session.unsettled === 0) session.channel.close().catch(() => {});
}
