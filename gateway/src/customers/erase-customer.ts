import { CustomerErased, createEvent, type Erasure, orderNumberOf, sourceOf } from '@orderflow/contracts';
import { newTraceparent } from '@orderflow/runtime';
import { isGuest } from '../access/guests.ts';
import type { Person } from '../access/person.ts';
import { documentBytes } from '../documents/invoices.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { Accepted, Refused } from '../orders/commands/command.ts';
import { decideErase } from '../orders/commands/decide-erase.ts';
import { errorFor } from '../orders/commands/handle-command.ts';
import { whyUnderWay } from '../orders/erase-order.ts';
import type { OrderState } from '../orders/order-state.ts';
import { awaitRelay } from '../platform/await-relay.ts';
import { DomainError } from '../platform/domain-error.ts';
import { gateway } from '../worker.ts';
import { ELSEWHERE, keptByLaw } from './what-stays.ts';

export type EraseDeps = Pick<
  GatewayDeps,
  | 'users'
  | 'orders'
  | 'orderWriter'
  | 'outbox'
  | 'publisher'
  | 'profiles'
  | 'addresses'
  | 'accounts'
  | 'audit'
  | 'erasures'
  | 'documents'
  | 'deadLetters'
  | 'seller'
  | 'region'
  | 'cells'
  | 'log'
  | 'now'
>;

export interface EraseOrder {
  readonly id: string;
  readonly number: string;
  readonly state: OrderState;
}

export interface EraseCommand {
  /** The same again is the same erasure, which goes on where it broke off. */
  readonly key: string;
  /** Who is asked for, hashed: the key cannot be used for somebody else. */
  readonly who: string;
  readonly actor: 'customer' | 'staff';
  readonly by: string;
  readonly reason: string;
  readonly dryRun: boolean;
}

const MOST_DEAD_LETTERS = 10_000;
const MOST_NAMED = 10;

/**
 * Takes a person's data out of everything that is kept here but for what the law wants kept. Orders go first, each with an
 * event that has the other services do the same; the account goes last, so that who broke off can begin again.
 * @throws ORDERS_UNDER_WAY naming them, and nothing has gone; UNKNOWN_CUSTOMER, IDEMPOTENCY_MISMATCH, BROKER_UNAVAILABLE
 */
export async function eraseCustomer(deps: EraseDeps, person: Person, command: EraseCommand): Promise<Erasure> {
  const { key, dryRun, who, actor, by, reason } = command;
  const now = deps.now();
  const begun = dryRun ? null : await deps.erasures.find(key);
  if (begun && begun.who !== who) {
    const message = 'idempotencyKey has been used for somebody else';
    throw new DomainError('IDEMPOTENCY_MISMATCH', message, { field: 'idempotencyKey' });
  }
  if (begun?.answer) return begun.answer;
  const { theirs, others } = await ordersOf(deps, person);
  const hasAccount = await isKnown(deps, person);
  if (theirs.length === 0 && !hasAccount && !begun?.orders.length) {
    throw new DomainError('UNKNOWN_CUSTOMER', 'Nothing is kept of this customer', { field: 'customer' });
  }
  refuseUnderWay(theirs);
  const found = { account: hasAccount, orders: theirs.map(({ id: orderId, number }) => ({ orderId, number })) };
  if (!dryRun && deps.publisher.unavailable !== undefined) {
    throw new DomainError('BROKER_UNAVAILABLE', 'The other services cannot be told at the moment; try again');
  }
  for (const order of theirs) await keepDocuments(deps, order);
  const { account, orders } = dryRun
    ? found
    : await deps.erasures.willErase(key, { who, by, reason, at: now, ...found });
  if (!dryRun) {
    for (const { id } of theirs) await eraseOrderOf(deps, id, { actor, now });
    await forget(deps, person, orders);
  }
  const ids = orders.map(({ orderId }) => orderId);
  const deadLetters = await deadLettersOf(deps, new Set([...ids, ...person.accountIds]));
  const answer: Erasure = {
    at: now.toISOString(),
    dryRun,
    account,
    orders,
    kept: keptByLaw(await deps.documents.ofOrders(ids)),
    untouched: others.map(({ id: orderId, number }) => ({
      orderId,
      number,
      why: 'it is of another customer’s account',
    })),
    ...(deadLetters && { deadLetters }),
    elsewhere: ELSEWHERE,
  };
  if (dryRun) return answer;
  await deps.erasures.done(key, answer);
  deps.log.info({ erasure: key, by, orders: ids.length, account }, 'a customer was erased');
  return answer;
}

/** Of orders that name a person's address, those of somebody else's account stay. */
async function ordersOf({ orders, users, cells }: EraseDeps, { customerIds, emails }: Person) {
  const theirs: EraseOrder[] = [];
  const others: EraseOrder[] = [];
  for (const id of await orders.idsOfPerson({ customerIds, emails })) {
    const state = (await orders.document(id))?.state;
    if (!state || state.erased) continue;
    const order = { id, number: state.number ?? orderNumberOf(id), state };
    const { customerId } = state;
    // Where there are several regions, the account of whoever has ordered may be in another.
    const hasAccount = async () => cells !== undefined || (await users.find(customerId)) !== null;
    const isOthers = !customerIds.includes(customerId) && !isGuest(customerId) && (await hasAccount());
    (isOthers ? others : theirs).push(order);
  }
  return { theirs, others };
}

async function isKnown({ users, profiles, addresses }: EraseDeps, { accountIds }: Person): Promise<boolean> {
  for (const id of accountIds) {
    if ((await users.find(id)) || (await profiles.isKnown(id)) || (await addresses.isKnown(id))) return true;
  }
  return false;
}

function refuseUnderWay(orders: readonly EraseOrder[]): void {
  const open = orders.flatMap(({ number, state }) => {
    const why = whyUnderWay(state);
    return why === undefined ? [] : [`${number} ${why}`];
  });
  if (open.length === 0) return;
  const named = open.slice(0, MOST_NAMED).join(', ');
  const more = open.length > MOST_NAMED ? `, and ${open.length - MOST_NAMED} more` : '';
  throw new DomainError(
    'ORDERS_UNDER_WAY',
    `Nothing was erased: ${named}${more}. It is possible once they have ended.`,
    {
      field: 'customer',
    },
  );
}

/** What went out before documents were kept is made from the order's own data, so it is kept now. */
async function keepDocuments({ documents, profiles, seller }: EraseDeps, { id, state }: EraseOrder): Promise<void> {
  const letterhead = async () => ({
    locale: (await profiles.preferencesOf(state.customerId)).locale ?? state.locale,
    seller,
  });
  const credited = state.refunds.filter(({ status }) => status === 'succeeded').map(({ refundId }) => refundId);
  for (const refundId of [undefined, ...credited]) await documentBytes(documents, id, state, refundId, letterhead);
}

/** One order of a customer who is erased. @throws ORDERS_UNDER_WAY */
export async function eraseOrderOf(
  { orderWriter, outbox, region }: Pick<EraseDeps, 'orderWriter' | 'outbox' | 'region'>,
  id: string,
  { actor, now }: { actor: EraseCommand['actor']; now: Date },
): Promise<void> {
  const changed = await orderWriter.change<Accepted, Refused>(id, (order) => decideErase(order, { actor, now }), {
    now,
    region,
  });
  if (!changed) return;
  if ('refused' in changed) throw errorFor(changed);
  if (changed.events.length > 0) await awaitRelay(outbox.relay(id, changed.events));
}

/** Everything that is kept by the person's own id. */
async function forget(deps: EraseDeps, { customerIds, accountIds }: Person, orders: Erasure['orders']): Promise<void> {
  const now = deps.now();
  for (const id of accountIds) {
    const context = { source: sourceOf(gateway), subject: id, time: now, region: deps.region };
    await deps.publisher.publish([createEvent(CustomerErased.of({}), { ...context, traceparent: newTraceparent() })]);
    await deps.addresses.forget(id);
    await deps.profiles.forget(id);
  }
  await deps.audit.erase({ customerIds, orderIds: orders.map(({ orderId }) => orderId) });
  for (const id of accountIds) await deps.accounts.forget(id);
}

async function deadLettersOf({ deadLetters, log }: EraseDeps, subjects: ReadonlySet<string>) {
  try {
    const found = await deadLetters.list({}, MOST_DEAD_LETTERS);
    return found.flatMap(({ letter: { worker, eventId, type, orderId } }) =>
      orderId !== undefined && subjects.has(orderId) ? [{ worker, eventId, type, orderId }] : [],
    );
  } catch (error) {
    log.warn({ err: error }, 'the dead-letter queues cannot be looked at');
    return undefined;
  }
}
