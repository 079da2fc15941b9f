import type { Collection, Deliveries, Delivery, Journal } from '@orderflow/emulator-control';
import { missing, usedMethod } from './errors.ts';
import {
  type Charge,
  type Dispute,
  type Intent,
  type Method,
  methodObject,
  newId,
  type Payout,
  type Refund,
  type Review,
  seconds,
} from './objects.ts';
import { testCard } from './test-cards.ts';

export type Cause = { requestId: string | null; idempotencyKey: string | null };
type LedgerSwitches = {
  captureWindow: number;
  refundSettle: number;
  processingSettle: number;
  webhookEvents: readonly string[] | null;
};
type Options = {
  journal: Journal;
  deliveries: Deliveries;
  apiVersion: () => string;
  switches: () => LedgerSwitches;
  /** The address under which a browser reaches this emulator, for the 3-D Secure page. */
  publicUrl: () => string;
};

/** Every object this account has, and the events that tell of their changes. */
export function openLedger({ journal, deliveries, apiVersion, switches, publicUrl }: Options) {
  const intents: Collection<Intent> = journal.collection('payment_intents');
  const charges: Collection<Charge> = journal.collection('charges');
  const refunds: Collection<Refund> = journal.collection('refunds');
  const disputes: Collection<Dispute> = journal.collection('disputes');
  const reviews: Collection<Review> = journal.collection('reviews');
  const payouts: Collection<Payout> = journal.collection('payouts');
  const methods: Collection<Method> = journal.collection('payment_methods');
  const timers = new Set<NodeJS.Timeout>();
  let unsent: Delivery[] = [];

  const found = <T>(collection: Collection<T>, kind: string, id: string, param: string, status = 404): T => {
    const object = collection.get(id);
    if (!object) throw missing(kind, id, param, status);
    return object;
  };

  return {
    intents,
    charges,
    refunds,
    disputes,
    reviews,
    payouts,
    switches,
    publicUrl,
    intent: (id: string, param = 'intent', status = 404) => found(intents, 'payment_intent', id, param, status),
    charge: (id: string, param = 'id', status = 404) => found(charges, 'charge', id, param, status),
    refund: (id: string) => found(refunds, 'refund', id, 'id'),
    dispute: (id: string) => found(disputes, 'dispute', id, 'id'),
    review: (id: string) => found(reviews, 'review', id, 'id'),
    method: (id: string) => found(methods, 'PaymentMethod', id, 'payment_method'),
    /** A test name stands for a payment method that nobody has yet. */
    methodShown: (id: string): Method =>
      testCard(id) ? { id, alias: id, created: seconds() } : found(methods, 'PaymentMethod', id, 'payment_method'),
    /** A test name becomes a payment method of its own, as with Stripe; an id already known stays what it is. It is tried once. */
    methodFor(name: string): Method {
      if (testCard(name)) {
        const method = { id: newId('pm'), alias: name, created: seconds() };
        return methods.put(method.id, method);
      }
      const method = found(methods, 'PaymentMethod', name, 'payment_method', 400);
      if (method.used) throw usedMethod();
      return method;
    },
    use: (method: Method) => methods.put(method.id, { ...method, used: true }),
    expanded(id: string): unknown {
      const method = methods.get(id);
      return (
        intents.get(id) ??
        charges.get(id) ??
        refunds.get(id) ??
        reviews.get(id) ??
        (method ? methodObject(method) : undefined)
      );
    },
    /** Notes an event about `object` as it is now; it is sent once the change is committed. */
    emit(type: string, object: Intent | Charge | Refund | Dispute | Review | Payout, cause: Cause): void {
      if (switches().webhookEvents?.includes(type) === false) return;
      const event = {
        id: newId('evt'),
        object: 'event',
        api_version: apiVersion(),
        created: seconds(),
        data: { object },
        livemode: false,
        pending_webhooks: 1,
        request: { id: cause.requestId, idempotency_key: cause.idempotencyKey },
        type,
      };
      const subject = 'payment_intent' in object ? object.payment_intent : object.id;
      unsent.push(deliveries.keep(subject, type, JSON.stringify(event)));
    },
    commit(): void {
      journal.commit();
      const ready = unsent;
      unsent = [];
      for (const delivery of ready) deliveries.send(delivery);
    },
    later(ms: number, run: () => void): void {
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          run();
        },
        Math.max(0, Math.min(ms, 2 ** 31 - 1)),
      );
      timers.add(timer);
    },
    close(): void {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
export type Ledger = ReturnType<typeof openLedger>;
