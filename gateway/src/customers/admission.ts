import { errorMessage, type Logger } from '@orderflow/runtime';
import type { CardLookup } from '../adapters/card-lookup.ts';
import type { CatalogueStore } from '../catalogue/catalogue-store.ts';
import { type BuyerKey, buyerKindOf, cardKey } from '../orders/buyer-key.ts';
import type { BusinessMetrics } from '../platform/business-metrics.ts';
import { DomainError } from '../platform/domain-error.ts';
import type { BuyerOrders, UnpaidOrder } from './buyer-orders.ts';
import type { Claim, ClaimStore } from './claim-store.ts';
import { type AttemptDelay, type AttemptHistory, DECLINES_COUNT_MS, decideCardAttempt } from './decide-card-attempt.ts';
import { decideUnpaidHold, type HeldUnpaid, type UnpaidLimits } from './decide-unpaid-hold.ts';
import type { RefusedStore } from './refused-store.ts';

export interface AdmissionLimits extends UnpaidLimits {
  /** Declined cards that cost no delay. */
  readonly freeDeclines: number;
}

interface AdmissionDeps {
  readonly orders: BuyerOrders;
  readonly claims: ClaimStore;
  readonly refusals: Pick<RefusedStore, 'note'>;
  readonly catalogue: Pick<CatalogueStore, 'available'>;
  readonly cards: CardLookup;
  readonly business: Pick<BusinessMetrics, 'buyerRefused'>;
  readonly log: Logger;
  readonly limits: AdmissionLimits;
}

/** What is to be tried. */
export interface AdmissionRequest extends Claim {
  /** Where it comes from, for the log. */
  readonly address: string | undefined;
  readonly paymentMethod: string;
}

export interface Admitted {
  /** More than a buyer may hold unpaid: it has one attempt, so that it is held until its card is answered, no longer. */
  readonly large: boolean;
  /** To be called once the order is stored, or will not be. */
  end(): void;
}

export type Admission = ReturnType<typeof createAdmission>;

/** When an order that waits for its card has usually gone on. */
const ANSWER_SECONDS = 5;

/** Who may have a card tried, and hold stock meanwhile: against card testers, and those who empty shelves without paying. */
export function createAdmission(on: AdmissionDeps) {
  const { orders, claims, refusals, catalogue, cards, business, log, limits } = on;

  const refused = async (why: 'declines' | 'unpaid', by: BuyerKey, details: object, now: Date) => {
    business.buyerRefused(why, buyerKindOf(by));
    log.warn({ why, by, ...details }, 'a buyer was refused: somebody may be testing cards or holding stock unpaid');
    await refusals.note(by, now).catch((error: unknown) => {
      log.error({ by, error: errorMessage(error) }, 'a refused buyer could not be noted');
    });
  };

  const checkTry = async ({ address }: AdmissionRequest, tried: readonly AttemptHistory[], now: Date) => {
    const wait: AttemptDelay | undefined = decideCardAttempt(tried, { freeDeclines: limits.freeDeclines, now });
    if (!wait) return;
    await refused('declines', wait.by, { address, declines: wait.declines, seconds: wait.seconds }, now);
    const message = `Too many cards were declined or are being tried; try again in ${wait.seconds} s`;
    throw new DomainError('RATE_LIMITED', message, { field: 'paymentMethod', retryAfterSeconds: wait.seconds });
  };

  /** A card that was declined for somebody else counts too; Stripe is asked for it only where something is odd. */
  const checkCard = async (wanted: AdmissionRequest, tried: readonly AttemptHistory[], now: Date) => {
    if (!tried.some(({ declinedAt }) => declinedAt.length > 0)) return;
    const card = await cards.cardOf(wanted.paymentMethod);
    if (card === undefined) return;
    const key = cardKey(card);
    const declinedAt = (await orders.declines([key], windowOf(now))).get(key) ?? [];
    await checkTry(wanted, [{ key, declinedAt, underWay: 0 }], now);
  };

  const checkUnpaid = async (
    { lines, address }: AdmissionRequest,
    held: readonly HeldUnpaid[],
    available: ReadonlyMap<string, number>,
    unpaid: readonly UnpaidOrder[],
    now: Date,
  ): Promise<boolean> => {
    const verdict = decideUnpaidHold(lines, held, available, limits);
    if ('large' in verdict) return verdict.large;
    const { refused: by, sku, most } = verdict;
    await refused('unpaid', by, { address, sku, most }, now);
    const waits = unpaid.map(({ until }) => (until === undefined ? ANSWER_SECONDS : secondsTo(until, now)));
    const retryAfterSeconds = Math.max(1, Math.min(ANSWER_SECONDS * 60, ...waits));
    const index = lines.findIndex((line) => line.sku === sku);
    const what = sku === undefined ? `${most} items` : `${most} of ${sku}`;
    const message = `Orders that are not paid yet may hold ${what} for one buyer; pay them first, or try again in ${retryAfterSeconds} s`;
    const field = index < 0 ? 'lines' : `lines.${index}.quantity`;
    throw new DomainError('TOO_MUCH_UNPAID', message, { field, retryAfterSeconds });
  };

  return {
    /**
     * Lets a card be tried for an order with these lines, or for one that holds its stock already (no lines).
     * @throws RATE_LIMITED, TOO_MUCH_UNPAID with the seconds to wait
     */
    async admit(wanted: AdmissionRequest, now: Date): Promise<Admitted> {
      const { of, buyer, lines } = wanted;
      const claim = await claims.make({ of, buyer, lines }, now);
      try {
        // Claims first: one that is gone by then has become an order, which is read after it.
        const claimed = distinct((await claim.others()).filter((one) => one.of !== of));
        const [found, declines, available] = await Promise.all([
          orders.unpaid(buyer),
          orders.declines(buyer, windowOf(now)),
          lines.length > 0 ? catalogue.available(lines.map(({ sku }) => sku)) : new Map<string, number>(),
        ]);
        const unpaid = found.filter((order) => !order.of.includes(of));
        const stored = new Set(unpaid.flatMap((order) => order.of));
        const coming = claimed.filter((one) => !stored.has(one.of));
        const ofKey = (key: BuyerKey) => [...unpaid, ...coming].filter((one) => one.buyer.includes(key));
        const tried = buyer.map((key) => ({
          key,
          declinedAt: declines.get(key) ?? [],
          underWay: ofKey(key).filter((one) => !('underWay' in one) || one.underWay).length,
        }));
        await checkTry(wanted, tried, now);
        await checkCard(wanted, tried, now);
        const held = buyer.map((key) => ({ key, lines: ofKey(key).flatMap((one) => one.lines) }));
        return { large: await checkUnpaid(wanted, held, available, unpaid, now), end: claim.end };
      } catch (error) {
        claim.end();
        throw error;
      }
    },
  };
}

const windowOf = (now: Date) => new Date(now.getTime() - DECLINES_COUNT_MS);
const secondsTo = (time: string, now: Date) => Math.ceil((Date.parse(time) - now.getTime()) / 1_000);
/** The same order sent several times at once is one. */
const distinct = (claims: readonly Claim[]): Claim[] => [...new Map(claims.map((claim) => [claim.of, claim])).values()];
