import { randomUUID } from 'node:crypto';
import type { AuditReport, OrderflowEvent } from '@orderflow/contracts';
import { openAnyNode } from '@orderflow/runtime';
import { eventually } from '@orderflow/runtime/testing';
import {
  apiClient,
  askAuditor,
  type Client,
  freePort,
  inMemory,
  type Stack,
  type StackOptions,
  startStack,
  temporaryDataDir,
} from '@orderflow/stack';
import type { ChannelModel } from 'amqplib';
import { inject } from 'vitest';
import { type Outside, outsideOf } from './outside.ts';

/** The whole system, running on servers that other specs use too, with somebody listening to the exchange. */
export interface System {
  readonly stack: Stack;
  /** As the customer alice. */
  readonly api: Client;
  readonly staff: Client;
  readonly outside: Outside;
  readonly broker: ChannelModel;
  /** Every fact since the start, in order of arrival. */
  readonly heard: readonly OrderflowEvent[];
  /** Waits for a fact about this subject. */
  fact(type: string, subject: string): Promise<OrderflowEvent>;
  /** Waits until the auditor finds nothing wrong, or gives what it found last. */
  audited(): Promise<AuditReport>;
  close(): Promise<void>;
}

/** An audit reads everything there is, and finds nothing new in a tenth of a second. */
export const AUDIT_EVERY_MS = 500;

/** Everybody here has one address, and most have cards declined on purpose. */
export const FROM_ONE_ADDRESS = { FREE_DECLINES: '100000', UNPAID_UNITS: '100000', UNPAID_SHARE_PERCENT: '100' };

/** @param options `web`: with the storefront; `restart`: what is killed is started again */
export async function startSystem(
  options: Pick<StackOptions, 'env' | 'envFor' | 'emulators' | 'restart' | 'scale'> & {
    readonly web?: boolean;
  },
): Promise<System> {
  const data = await temporaryDataDir(inMemory());
  const id = randomUUID().slice(0, 8);
  const { env, envFor, emulators, web, restart, scale } = options;
  const stack = await startStack({
    dataDir: data.path,
    ephemeral: true,
    ...(web && { webPort: await freePort() }),
    ...(restart && { restart }),
    ...(scale && { scale }),
    given: inject('infrastructure'),
    vhost: `e2e-${id}`,
    databasePrefix: `e2e_${id}_`,
    retryDelaysMs: [50, 100, 200],
    emulators: { carrierSpeed: 500_000, ...emulators },
    env: { LOG_LEVEL: 'warn', DEADLINES_EVERY_MS: '500', SEND_SETTLE_MS: '2000', ...env },
    envFor: {
      ...envFor,
      gateway: {
        CANCEL_WINDOW_SECONDS: '0',
        RATE_LIMIT_PER_MINUTE: '100000',
        ...FROM_ONE_ADDRESS,
        ...envFor?.gateway,
      },
      auditor: { GRACE_SECONDS: '5', ...envFor?.auditor },
    },
  });
  const broker = await openAnyNode(stack.addresses.amqp, 'system spec');
  const heard = await spy(broker);
  const api = apiClient(stack.addresses.api, await stack.token({ customer: 'alice' }));
  const auditor = { url: stack.addresses.auditor, secret: stack.auditorSecret };
  return {
    stack,
    api,
    staff: apiClient(stack.addresses.api, await stack.token({ staff: 'sam' })),
    outside: outsideOf(stack.addresses),
    broker,
    heard,
    fact: (type, subject) =>
      eventually(
        `${type} about ${subject}`,
        () => heard.find((event) => event.type === type && event.subject === subject),
        60_000,
      ),
    audited: async () => {
      let report = await askAuditor(auditor);
      await eventually(
        'the books are green',
        async () => {
          report = await askAuditor(auditor);
          return report.green;
        },
        30_000,
        AUDIT_EVERY_MS,
      ).catch(() => {});
      return report;
    },
    close: async () => {
      await broker.close();
      await stack.close();
      data.delete();
    },
  };
}

/** Collects all facts that pass from now on, in order of arrival. */
export async function spy(model: ChannelModel): Promise<OrderflowEvent[]> {
  const heard: OrderflowEvent[] = [];
  const channel = await model.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'orders', '#');
  await channel.consume(
    queue,
    (message) => {
      if (message?.properties.contentType === 'application/cloudevents+json')
        heard.push(JSON.parse(message.content.toString()));
    },
    { noAck: true },
  );
  return heard;
}
