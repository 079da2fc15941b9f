import { createHash } from 'node:crypto';
import { newOrderId, OrderPlaced, type PlaceOrderInput, type Quote } from '@orderflow/contracts';
import { dependencyAtFault, isDuplicateOf, type Outbox, type Publisher } from '@orderflow/runtime';
import canonicalize from 'canonicalize';
import { isGuest } from '../access/guests.ts';
import type { RateLimit } from '../access/rate-limit.ts';
import type { CatalogueStore } from '../catalogue/catalogue-store.ts';
import { isPricingProblem, priceOrder } from '../catalogue/pricing.ts';
import type { Admission } from '../customers/admission.ts';
import type { BuyerKeys } from '../customers/buyer.ts';
import { placementOf } from '../customers/buyer-orders.ts';
import type { BuyerKey } from '../orders/buyer-key.ts';
import { withFreeNumber } from '../orders/number-orders.ts';
import { OrderExistsError } from '../orders/order-errors.ts';
import type { OrderKeys } from '../orders/order-keys.ts';
import type { OrderRecord } from '../orders/order-record.ts';
import type { OrderStore } from '../orders/order-store.ts';
import type { NewOrder, OrderWriter } from '../orders/order-writer.ts';
import { awaitRelay } from '../platform/await-relay.ts';
import type { BusinessMetrics } from '../platform/business-metrics.ts';
import { DomainError } from '../platform/domain-error.ts';

export interface PlaceOrderDeps {
  readonly orders: OrderStore;
  readonly orderKeys: Pick<OrderKeys, 'takeKey' | 'takeNumber'>;
  readonly orderWriter: OrderWriter;
  readonly catalogue: CatalogueStore;
  readonly publisher: Publisher;
  readonly outbox: Outbox;
  readonly region: string;
  /** Stands in the order's id; undefined: there is one cell only. */
  readonly regionNumber: number | undefined;
  readonly cancelWindowSeconds: number;
  readonly rateLimit: Pick<RateLimit, 'recipients'>;
  readonly buyerKeys: BuyerKeys;
  readonly admission: Admission;
  readonly business: Pick<BusinessMetrics, 'orderPlaced'>;
}

/**
 * Places an order, once for each idempotency key, whoever uses it.
 * @param traceparent the trace that everything that follows belongs to
 * @throws those of pricing, OUT_OF_DATE_PRICE, IDEMPOTENCY_MISMATCH, BROKER_UNAVAILABLE, RATE_LIMITED,
 *   TOO_MUCH_UNPAID; nothing is stored then
 */
export async function placeOrder(
  deps: PlaceOrderDeps,
  input: PlaceOrderInput,
  customerId: string,
  context: { now: Date; traceparent: string; address?: string },
): Promise<OrderRecord> {
  const bodyHash = hashOf(input);
  try {
    const quote = await priced(deps, input);
    const down = deps.publisher.unavailable;
    if (down !== undefined)
      throw new DomainError('BROKER_UNAVAILABLE', 'Orders cannot be taken at the moment; try again');
    if (isGuest(customerId)) await deps.rateLimit.recipients(input.contact);
    const buyer = deps.buyerKeys({ address: context.address, email: input.contact.email, customerId });
    const of = placementOf(customerId, input.idempotencyKey);
    const { address } = context;
    const wanted = { of, buyer, lines: quote.lines, paymentMethod: input.paymentMethod, address };
    const admitted = await deps.admission.admit(wanted, context.now);
    try {
      return await store(deps, { input, quote, customerId, bodyHash, buyer, large: admitted.large }, context);
    } finally {
      admitted.end();
    }
  } catch (error) {
    // Asking a store that is away would only take as long again.
    if (dependencyAtFault(error) === 'mongodb') throw error;
    // The same request may have succeeded before: prices that changed since, or an outage, do not undo that.
    // By the index that the orders of versions before had.
    const isFormer = isDuplicateOf(error, 'idempotencyKey');
    const earlier = await deps.orders.byIdempotencyKey(input.idempotencyKey, { isFormer }).catch((away: unknown) => {
      if (error instanceof OrderExistsError || isFormer) throw away;
      return null;
    });
    if (!earlier) throw error;
    if (earlier.customerId !== customerId || earlier.bodyHash !== bodyHash) {
      const message = 'idempotencyKey has been used for another order';
      throw new DomainError('IDEMPOTENCY_MISMATCH', message, { field: 'idempotencyKey' });
    }
    return earlier.read();
  }
}

/** @throws DomainError naming the field */
export async function priced(
  { catalogue }: Pick<PlaceOrderDeps, 'catalogue'>,
  input: Parameters<typeof priceOrder>[0] & { expectedTotal?: number | undefined },
): Promise<Quote> {
  const products = await catalogue.priced(input.lines.map((line) => line.sku));
  const quote = priceOrder(input, products);
  if (isPricingProblem(quote)) {
    const { reason, field, message } = quote;
    throw new DomainError(reason, `${field} ${message}`, { field });
  }
  if (input.expectedTotal !== undefined && input.expectedTotal !== quote.total.amount) {
    const message = `The total is ${quote.total.amount} ${quote.total.currency} (minor units), not ${input.expectedTotal}`;
    throw new DomainError('OUT_OF_DATE_PRICE', message, { field: 'expectedTotal' });
  }
  return quote;
}

/** One write holds the order, its timeline and the fact to say; the sweeper says it if we can't. @throws OrderExistsError */
async function store(
  deps: PlaceOrderDeps,
  {
    input,
    quote,
    customerId,
    bodyHash,
    buyer,
    large,
  }: {
    input: PlaceOrderInput;
    quote: Quote;
    customerId: string;
    bodyHash: string;
    buyer: readonly BuyerKey[];
    large: boolean;
  },
  { now, traceparent }: { now: Date; traceparent: string },
): Promise<OrderRecord> {
  const id = await deps.orderKeys.takeKey(input.idempotencyKey, newOrderId(now, deps.regionNumber));
  const { address, contact, shippingMethod, paymentMethod, idempotencyKey, locale = 'en' } = input;
  const { billingAddress, vatId } = input;
  const billed = { ...(billingAddress && { billingAddress }), ...(vatId !== undefined && { vatId }) };
  const cancelUntil = new Date(now.getTime() + deps.cancelWindowSeconds * 1_000).toISOString();
  const details = { ...quote, ...billed, customerId, address, contact, shippingMethod, locale, cancelUntil };
  const single = large ? { singleAttempt: true as const } : {};
  const order: NewOrder = {
    ...details,
    ...single,
    buyer,
    status: 'pending',
    payment: 'none',
    shipment: 'none',
    parcels: [],
    refunds: [],
    returns: [],
    paymentAttempt: 1,
    idempotencyKey,
    bodyHash,
  };
  const place = (number: string) => {
    const fact = OrderPlaced.of({ ...details, ...single, number, paymentMethod });
    return deps.orderWriter.place(id, { ...order, number }, fact, { now, region: deps.region, traceparent });
  };
  const placed = await withFreeNumber(deps.orderKeys, id, place);
  deps.business.orderPlaced(isGuest(customerId) ? 'guest' : 'customer');
  await awaitRelay(deps.outbox.relay(id, placed.events));
  return placed.order;
}

/** SHA-256 of the canonical JSON (RFC 8785) of what was asked for. */
function hashOf({ idempotencyKey: _, ...body }: PlaceOrderInput): string {
  return createHash('sha256')
    .update(canonicalize(body) as string)
    .digest('hex');
}
