import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { z } from 'zod';
import type { Journal } from './journal.ts';
import { postJson } from './post-json.ts';

const share = z.union([z.boolean().transform(Number), z.number().min(0).max(1)]).default(0);
/** What can befall a webhook: `delay` in ms, the others as a share of all (true is 1). */
export const webhookSwitches = z
  .strictObject({ delay: z.int().min(0).default(0), duplicate: share, reorder: share, drop: share })
  .prefault({});
type WebhookSwitches = z.output<typeof webhookSwitches>;

export type Delivery = {
  id: string;
  /** What it is about; only webhooks about the same thing change places. */
  subject: string;
  type: string;
  body: string;
  status: 'pending' | 'delivered' | 'failed' | 'dropped';
  attempts: number;
  createdAt: string;
  lastError?: string;
};
type Options = {
  journal: Journal;
  /** Where to and with which switches, asked anew each time. */
  target: () => { url: string | null; webhooks: WebhookSwitches };
  sign: (body: string) => Record<string, string>;
};
const attemptsBeforeGivingUp = 40;
const longestHold = 3_000;
const pauseAfter = (attempts: number) => Math.min(30_000, 200 * 2 ** (attempts - 1));

/** Sends webhooks until they are accepted, and misbehaves on request; what is pending goes on after a restart. */
export function openDeliveries({ journal, target, sign }: Options) {
  const open = journal.collection<Delivery>('deliveries');
  const done: Delivery[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const held = new Map<string, () => void>();
  const closing = new AbortController();
  // Every webhook on its way listens.
  setMaxListeners(0, closing.signal);

  function later(ms: number, run: () => unknown): NodeJS.Timeout {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    return timers.add(timer) && timer;
  }
  function settle(delivery: Delivery, change: Partial<Delivery>): void {
    Object.assign(delivery, change);
    if (delivery.status === 'delivered' || delivery.status === 'dropped') {
      open.remove(delivery.id);
      if (done.push(delivery) > 1_000) done.shift();
    } else open.put(delivery.id, delivery);
    journal.commit();
  }
  async function post(body: string): Promise<void> {
    const { url } = target();
    if (url === null) throw new Error('no webhook URL is set');
    const status = await postJson(url, body, sign(body), closing.signal);
    if (status < 200 || status > 299) throw new Error(`answered ${status}`);
  }
  async function attempt(delivery: Delivery): Promise<void> {
    const attempts = delivery.attempts + 1;
    try {
      await post(delivery.body);
      settle(delivery, { attempts, status: 'delivered' });
    } catch (error) {
      if (closing.signal.aborted) return;
      const lastError = error instanceof Error ? error.message : String(error);
      const givenUp = attempts >= attemptsBeforeGivingUp;
      settle(delivery, { attempts, lastError, status: givenUp ? 'failed' : 'pending' });
      if (!givenUp) later(pauseAfter(attempts), () => attempt(delivery));
    }
  }
  /** Keeps it back until the next about the same thing has gone out, at most for a few seconds. */
  function hold(subject: string, go: () => void): void {
    const timer = later(longestHold, release);
    function release() {
      clearTimeout(timer);
      timers.delete(timer);
      held.delete(subject);
      go();
    }
    held.set(subject, release);
  }

  for (const delivery of open.all()) if (delivery.status === 'pending') later(0, () => attempt(delivery));

  return {
    all: (): Delivery[] => [...done, ...open.all()],
    /** Keeps the webhook along with the change that caused it: the caller commits, then sends. */
    keep(subject: string, type: string, body: string): Delivery {
      const id = randomUUID();
      const createdAt = new Date().toISOString();
      return open.put(id, { id, subject, type, body, status: 'pending', attempts: 0, createdAt });
    },
    send(delivery: Delivery): void {
      const { url, webhooks } = target();
      const go = () => {
        later(webhooks.delay, () => attempt(delivery));
        if (Math.random() < webhooks.duplicate) later(webhooks.delay, () => post(delivery.body).catch(() => {}));
      };
      const earlier = held.get(delivery.subject);
      if (url === null || Math.random() < webhooks.drop) settle(delivery, { status: 'dropped' });
      else if (!earlier && Math.random() < webhooks.reorder) hold(delivery.subject, go);
      else go();
      if (earlier) later(webhooks.delay + 50, earlier);
    },
    close(): void {
      closing.abort();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
export type Deliveries = ReturnType<typeof openDeliveries>;
