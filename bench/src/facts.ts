import { connect } from 'amqplib';

/** When each fact about an order was on the exchange, as seen from here: no polling of the API. */
export interface Facts {
  /** Of the orders so far: when their fact of this type came; orders without one are not in it. */
  readonly times: (type: string) => ReadonlyMap<string, number>;
  /** How many facts there were of each type, also those that are about no order. */
  readonly counts: ReadonlyMap<string, number>;
  /** From the fact that caused a mail to its having been sent, in ms. */
  readonly mailMs: readonly number[];
  /** @throws Error once an order came to a bad end, or when time is up */
  until(type: string, orders: ReadonlySet<string>, patienceMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Ends that no benchmark asks for. */
const BAD_ENDS = ['order.rejected', 'order.expired', 'order.cancelled', 'payment.declined', 'shipment.failed'];

interface Envelope {
  readonly id: string;
  readonly causationid?: string;
  readonly data?: { readonly channel?: string };
}

/** @param types routing keys to listen to; `#` is every one */
export async function listen(amqpUrl: string, types: readonly string[]): Promise<Facts> {
  const model = await connect(amqpUrl);
  const channel = await model.createChannel();
  await channel.assertExchange('orders', 'topic', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  const timesByType = new Map<string, Map<string, number>>();
  const counts = new Map<string, number>();
  const causes = new Map<string, number>();
  const mailMs: number[] = [];
  let badEnd: string | undefined;
  let waiting: (() => void) | undefined;
  for (const key of new Set([...types, ...BAD_ENDS])) await channel.bindQueue(queue, 'orders', key);

  const note = (type: string, order: string, body: Buffer) => {
    const now = performance.now();
    counts.set(type, (counts.get(type) ?? 0) + 1);
    const times = timesByType.get(type) ?? new Map<string, number>();
    timesByType.set(type, times);
    if (!times.has(order)) times.set(order, now);
    if (BAD_ENDS.includes(type)) badEnd ??= `${type} of ${order}: ${body.toString('utf8').slice(0, 600)}`;
    if (types.includes('#')) noteMail(type, JSON.parse(body.toString('utf8')) as Envelope, now);
    waiting?.();
  };
  const noteMail = (type: string, { id, causationid = '', data }: Envelope, now: number) => {
    const since = causes.get(causationid);
    if (type !== 'notification.sent') causes.set(id, now);
    else if (data?.channel === 'email' && since !== undefined) mailMs.push(now - since);
  };
  await channel.consume(
    queue,
    (message) => {
      if (message) note(message.fields.routingKey, message.properties.correlationId as string, message.content);
    },
    { noAck: true },
  );

  return {
    times: (type) => timesByType.get(type) ?? new Map(),
    counts,
    mailMs,
    until: (type, orders, patienceMs) =>
      new Promise<void>((resolve, reject) => {
        const missing = new Set(orders);
        const timer = setTimeout(() => {
          waiting = undefined;
          reject(new Error(`${missing.size} of ${orders.size} orders had no ${type} after ${patienceMs / 1_000} s`));
        }, patienceMs);
        waiting = () => {
          for (const id of missing) {
            if (timesByType.get(type)?.has(id)) missing.delete(id);
            else break;
          }
          if (badEnd === undefined && missing.size > 0) return;
          waiting = undefined;
          clearTimeout(timer);
          if (badEnd === undefined) resolve();
          else reject(new Error(badEnd));
        };
        waiting();
      }),
    close: () => model.close(),
  };
}
