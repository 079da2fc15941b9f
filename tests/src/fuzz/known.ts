import { randomUUID } from 'node:crypto';
import { eventually } from '@orderflow/runtime/testing';
import { apiClient, type Secrets, signToken } from '@orderflow/stack';
import { orderOf } from '../shop.ts';

/** A running system that may be attacked. */
export interface Target {
  readonly url: string;
  readonly secrets: Secrets;
}

/** What an attacker has: orders and tokens of their own, and what they have seen of others. */
export interface Known {
  readonly target: Target;
  readonly tokens: Readonly<Record<Who, string | undefined>>;
  /** Ids of the customer's order and the guest's. */
  readonly own: readonly string[];
  /** Ids of orders that only staff may see. */
  readonly others: readonly string[];
  /** A key with which somebody else has placed an order. */
  readonly usedKey: string;
  readonly skus: readonly string[];
  /** Links to documents of their own, as paths with their query. */
  readonly documents: readonly string[];
  /** What stands in the others' orders and nowhere else: whoever is not staff and reads it, has read theirs. */
  readonly marks: readonly string[];
}

export const WHO = ['stranger', 'guest', 'customer', 'staff'] as const;
export type Who = (typeof WHO)[number];

const WAIT_MS = 60_000;

/** Places an order for each of them, and waits until one has an invoice. */
export async function prepare(target: Target): Promise<Known> {
  const { url, secrets } = target;
  const as = (name: string) => signToken({ customer: name }, secrets.tokenSecret);
  const [customer, victim, staff] = await Promise.all([
    as(`fuzz-${randomUUID()}`),
    as(`victim-${randomUUID()}`),
    signToken({ staff: 'fuzz' }, secrets.tokenSecret),
  ]);
  const [alice, guest, other] = [apiClient(url, customer), apiClient(url), apiClient(url, victim)];
  const marks = [`victim-${randomUUID()}@example.org`, `Victim ${randomUUID()}`];
  const [email = '', name = ''] = marks;
  const theirs = orderOf({ contact: { email }, address: { ...orderOf().address, name } });
  const { order: mine } = await alice.orders.place.mutate(orderOf());
  const { order: guests, trackingToken } = await guest.orders.place.mutate(orderOf());
  const { order: victims } = await other.orders.place.mutate(theirs);
  const { order: guestVictims } = await guest.orders.place.mutate({ ...theirs, idempotencyKey: randomUUID() });
  const invoice = await eventually(
    'an invoice',
    () => alice.orders.invoice.query({ orderId: mine.id }).catch(() => undefined),
    WAIT_MS,
  );
  const { products } = await guest.catalog.list.query({ limit: 10 });
  return {
    target,
    tokens: { stranger: undefined, guest: trackingToken, customer, staff },
    own: [mine.id, guests.id],
    others: [victims.id, guestVictims.id],
    usedKey: theirs.idempotencyKey,
    skus: products.map(({ sku }) => sku),
    documents: [invoice.url.slice(new URL(invoice.url).origin.length)],
    marks,
  };
}
