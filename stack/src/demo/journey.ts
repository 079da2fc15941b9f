import type { Order } from '@orderflow/contracts';
import pc from 'picocolors';
import type { Client } from '../client.ts';
import { messageOf } from '../errors.ts';
import type { Report } from '../report.ts';
import { waitUntil } from '../wait.ts';
import type { Scenario, Seen } from './scenarios.ts';

const END_WITHIN_MS = 120_000;
const AFTER_WITHIN_MS = 30_000;

/** How a scenario went. */
export interface Result {
  readonly title: string;
  readonly expected: string;
  readonly seen: string;
  readonly problem?: string;
  readonly ms: number;
}

const worded = ({ status, payment, shipment }: Seen): string => `${status} · payment ${payment} · shipment ${shipment}`;

/** Places the order, shows each change as it happens, and compares its end with the expected one. Never rejects. */
export async function walk(scenario: Scenario, client: Client, report: Report, since: number): Promise<Result> {
  const { title, expected } = scenario;
  const from = Date.now();
  let seen: Order | undefined;
  const say = (text: string) => {
    const seconds = ((Date.now() - since) / 1000).toFixed(1).padStart(5);
    report.line(`${pc.dim(`${seconds} s`)}  ${title.padEnd(22)} ${text}`);
  };
  let problem: string | undefined;
  try {
    await scenario.before?.();
    const order = await place(scenario, client);
    seen = order;
    say(`placed as ${order.id}`);
    const steps = [...(scenario.steps ?? [])];
    seen = await follow(client, order, expected, {
      changed: (current) => {
        seen = current;
        say(worded(current));
      },
      acts: (current) => {
        const [next] = steps;
        if (!next?.when(current)) return undefined;
        steps.shift();
        say(pc.cyan(next.does));
        return next.act(current);
      },
      done: () => steps.length === 0,
    });
    const end = seen;
    let left: string | undefined;
    const settled = async () => {
      left = await scenario.after?.(end);
      return left === undefined;
    };
    await waitUntil(settled, { what: title, timeoutMs: AFTER_WITHIN_MS, everyMs: 200 }).catch(() => {});
    problem = left;
  } catch (error) {
    problem = messageOf(error);
  }
  const result = { title, expected: worded(expected), seen: seen ? worded(seen) : 'nothing', ms: Date.now() - from };
  return problem === undefined ? result : { ...result, problem };
}

/** Sends the request as often as the scenario says; every answer must be the same order. */
async function place({ input, times }: Scenario, client: Client): Promise<Order> {
  const answers = await Promise.all(Array.from({ length: times }, () => client.orders.place.mutate(input)));
  const ids = new Set(answers.map(({ order }) => order.id));
  if (ids.size !== 1) throw new Error(`sent ${times} times, it became ${ids.size} orders`);
  return (answers[0] as (typeof answers)[number]).order;
}

/** Watches until the order is as expected. @throws Error when it ends elsewhere or time is up */
function follow(
  client: Client,
  order: Order,
  expected: Seen,
  {
    changed,
    acts,
    done,
  }: { changed(order: Order): void; acts(order: Order): Promise<unknown> | undefined; done(): boolean },
): Promise<Order> {
  const { promise, resolve, reject } = Promise.withResolvers<Order>();
  let last = worded(order);
  const timer = setTimeout(() => reject(new Error(`still ${last} after ${END_WITHIN_MS / 1000} s`)), END_WITHIN_MS);
  const subscription = client.orders.watch.subscribe(
    { orderId: order.id },
    {
      onData: ({ data }) => {
        if (worded(data) !== last) changed(data);
        last = worded(data);
        acts(data)?.catch(reject);
        if (last === worded(expected) && done()) resolve(data);
      },
      onError: reject,
    },
  );
  return promise.finally(() => {
    clearTimeout(timer);
    subscription.unsubscribe();
  });
}
