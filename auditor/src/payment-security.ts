import { type EventOf, OrderConfirmed, PaymentSecured, PaymentUnsecured } from '@orderflow/contracts';
import type { HeardSince } from './heard-since.ts';
import { factsOf, type OrderSnapshot, type RecordedEvent } from './order-snapshot.ts';

type PaymentSecurityEvent = EventOf<typeof PaymentSecured> | EventOf<typeof PaymentUnsecured>;

/** The latest `payment.secured` or `payment.unsecured`; undefined: payment has published neither. */
export const latestPaymentSecurity = (snapshot: OrderSnapshot): PaymentSecurityEvent | undefined =>
  [...factsOf(snapshot, PaymentSecured), ...factsOf(snapshot, PaymentUnsecured)].reduce<
    PaymentSecurityEvent | undefined
  >((last, security) => (last && last.data.version > security.data.version ? last : security), undefined);

export const isUnsecured = (snapshot: OrderSnapshot): boolean =>
  latestPaymentSecurity(snapshot)?.type === PaymentUnsecured.type;

/** The `order.confirmed` of a version without `total`, to which payment did not subscribe. */
export const isBeforePaymentSecured = ({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): boolean =>
  type === OrderConfirmed.type && data !== undefined && (data as { total?: unknown }).total === undefined;

/** Who has to mark the event as handled: every worker that subscribed to it when it was published. */
export const requiredHandlers = (
  event: RecordedEvent,
  { hearers, heardSince }: { hearers: ReadonlyMap<string, readonly string[]>; heardSince: HeardSince },
): readonly string[] =>
  (hearers.get(event.type) ?? []).filter((worker) => {
    const since = heardSince(worker, event.type);
    if (since !== undefined && Date.parse(event.time) < since.getTime()) return false;
    return worker !== 'payment' || !isBeforePaymentSecured(event);
  });
