import { CLOUDEVENTS_CONTENT_TYPE, encodeEvent, ORDERS_EXCHANGE, type OrderflowEvent } from '@orderflow/contracts';
import { type ChannelModel, type ConfirmChannel, IllegalOperationError, type Options } from 'amqplib';
import { DependencyError, errorMessage, PermanentError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { BrokerConnection } from './connection.ts';

/** A message as it goes out: everything but the body is AMQP's. */
export interface OutgoingMessage {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
  readonly properties: Options.Publish & { messageId: string };
}

export interface Publisher {
  /** Publishes facts to the topic exchange; resolves when the broker has confirmed and routed all of them. */
  publish(events: readonly OrderflowEvent[]): Promise<void>;
  /** The same for one ready-made message; retry and dead-lettering use it. */
  send(message: OutgoingMessage): Promise<void>;
  /** Undefined when publishes are taken now; else why not. */
  readonly unavailable: string | undefined;
  readonly unconfirmed: number;
}

export interface PublisherOptions {
  connection: BrokerConnection;
  /** The broker's user that the connection signs in as; the broker vouches for it on every message. */
  user: string;
  log: Logger;
  metrics: Metrics;
  /** More publishes than this never wait for a confirm at once; the next ones wait for a place. */
  maxUnconfirmed?: number;
  /** How long a publish may take, reconnects included. */
  timeoutMs?: number;
  /** After so long without a confirm it is published again on another channel. */
  confirmMs?: number;
}

interface Pending {
  readonly on: ConfirmChannel;
  /** Ends the wait for its confirm; what became of it is unknown. */
  giveUp(): void;
  returned?: string;
}

/**
 * One confirm channel, publishes pipelined on it. A message that the broker returns as unroutable counts as
 * failed even though its confirm says yes. When the channel closes before the confirm the outcome is unknown:
 * the message is published again, its id being stable. A channel whose confirms do not come is closed: while a cluster's
 * node hangs, a new channel sends to the quorum queues' old leaders, and does not hear of new ones until that node counts as lost,
 * a minute later.
 */
export async function createPublisher(options: PublisherOptions): Promise<Publisher> {
  const { connection, user, log, metrics, maxUnconfirmed = 1_000, timeoutMs = 30_000, confirmMs = 10_000 } = options;
  const pending = new Map<string, Pending>();
  const waiters = new Set<() => void>();
  let connected: ChannelModel | undefined;
  let channel: ConfirmChannel | undefined;
  let writable = true;

  const wake = () => {
    for (const go of [...waiters]) go();
    waiters.clear();
  };

  const open = async (model: ChannelModel) => {
    const fresh = await model.createConfirmChannel();
    fresh.on('error', (error) => log.warn({ err: error }, 'publishing channel failed'));
    fresh.on('return', (message) => {
      const entry = pending.get(message.properties.messageId);
      const { replyText } = message.fields as { replyText?: string };
      if (entry) entry.returned = replyText ?? 'unroutable';
    });
    fresh.on('drain', () => {
      writable = true;
      wake();
    });
    fresh.on('close', () => {
      if (channel !== fresh) return;
      channel = undefined;
      // Only the channel may have died; if the connection did, this fails and the next connection opens one.
      if (connection.connected) open(model).catch((error) => log.debug({ err: error }, 'no new publishing channel'));
    });
    channel = fresh;
    writable = true;
    wake();
  };
  await connection.onConnect(async (model) => {
    connected = model;
    await open(model);
  });

  /** For a channel whose confirms do not come. Closing it may take as long as what keeps them. */
  const replace = (late: ConfirmChannel) => {
    // A broker that blocks publishing confirms what it holds once it has room again.
    if (channel !== late || !connected || connection.blocked) return;
    log.warn(`no confirm within ${confirmMs} ms; publishing again on another channel`);
    channel = undefined;
    open(connected).catch((error) => log.debug({ err: error }, 'no new publishing channel'));
    late.close().catch(() => {});
    for (const entry of [...pending.values()]) if (entry.on === late) entry.giveUp();
  };

  const usable = () => channel !== undefined && writable && pending.size < maxUnconfirmed;

  /** Waits for a channel with room, or fails as an outage when `deadline` passes. */
  const room = async (deadline: number): Promise<ConfirmChannel> => {
    while (!usable()) {
      const left = deadline - Date.now();
      if (left <= 0) throw new DependencyError('rabbitmq', `no place to publish within ${timeoutMs} ms`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        waiters.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return channel as ConfirmChannel;
  };

  const attempt = (target: ConfirmChannel, message: OutgoingMessage, timeLeftMs: number): Promise<Result> => {
    const { exchange, routingKey, body, properties } = message;
    return new Promise<Result>((resolve, reject) => {
      const done = (result: Result) => {
        clearTimeout(timer);
        if (pending.get(properties.messageId) === entry) pending.delete(properties.messageId);
        metrics.unconfirmed.set(pending.size);
        if (waiters.size > 0) wake();
        resolve(result);
      };
      const late = () => {
        timer = setTimeout(done, timeLeftMs - confirmMs, 'timeout');
        replace(target);
      };
      let timer = timeLeftMs > confirmMs ? setTimeout(late, confirmMs) : setTimeout(done, timeLeftMs, 'timeout');
      const entry: Pending = { on: target, giveUp: () => done('unknown') };
      pending.set(properties.messageId, entry);
      metrics.unconfirmed.set(pending.size);
      const settle = (error: unknown) => {
        if (!error) done(entry.returned ? 'returned' : 'confirmed');
        else done((error as Error).message === 'message nacked' ? 'refused' : 'unknown');
      };
      try {
        const sent = { userId: user, ...properties, mandatory: true, persistent: true };
        if (!target.publish(exchange, routingKey, body, sent, settle)) writable = false;
      } catch (error) {
        if (!(error instanceof IllegalOperationError)) {
          reject(new PermanentError(`cannot be published: ${errorMessage(error)}`, { cause: error }));
        }
        settle(error);
      }
    });
  };

  const send = async (message: OutgoingMessage): Promise<void> => {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const target = usable() ? (channel as ConfirmChannel) : await room(deadline);
      const result = await attempt(target, message, Math.max(1, deadline - Date.now()));
      metrics.published.inc({ result });
      if (result === 'confirmed') return;
      const where = `${message.exchange} / ${message.routingKey}`;
      if (result === 'returned') throw new DependencyError('rabbitmq', `no queue takes ${where}`);
      if (result === 'refused') throw new DependencyError('rabbitmq', `a queue refused ${where}`);
      if (result === 'timeout') throw new DependencyError('rabbitmq', `no confirm for ${where} within ${timeoutMs} ms`);
    }
  };

  return {
    send,
    publish: async (events) => {
      if (events.length === 1 && events[0]) return send(outgoing(events[0]));
      await Promise.all(events.map((event) => send(outgoing(event))));
    },
    get unavailable() {
      if (connection.blocked) return `blocked: ${connection.blocked}`;
      if (!channel) return 'not connected';
      return pending.size >= maxUnconfirmed ? `${pending.size} publishes wait for a confirm` : undefined;
    },
    get unconfirmed() {
      return pending.size;
    },
  };
}

type Result = 'confirmed' | 'returned' | 'refused' | 'unknown' | 'timeout';

/** The AMQP properties mirror the CloudEvents attributes, so that the management console shows them. */
export function outgoing(event: OrderflowEvent): OutgoingMessage {
  return {
    exchange: ORDERS_EXCHANGE,
    routingKey: event.type,
    body: encodeEvent(event),
    properties: {
      messageId: event.id,
      type: event.type,
      correlationId: event.subject,
      timestamp: Math.floor(Date.parse(event.time) / 1000),
      appId: event.source,
      contentType: CLOUDEVENTS_CONTENT_TYPE,
    },
  };
}
