import type { ErrorReason } from '@orderflow/contracts';
import { fromZero, type Metrics } from '@orderflow/runtime';
import { Counter } from 'prom-client';

const OUTCOMES = ['taken', 'not_followed', 'unauthorised', 'malformed', 'come_again'] as const;
export type WebhookOutcome = (typeof OUTCOMES)[number];
const PROVIDERS = ['stripe', 'carrier', 'twilio', 'mail'];

export type BusinessMetrics = ReturnType<typeof createBusinessMetrics>;

/**
 * What the shop wants to know of the gateway, beside what every process counts.
 * @param buyerKinds by what buyers are known again
 */
export function createBusinessMetrics({ registry }: Pick<Metrics, 'registry'>, buyerKinds: readonly string[]) {
  const registers = [registry];
  const placed = new Counter({
    name: 'orderflow_orders_placed_total',
    help: 'Orders stored, by who placed them: customer or guest',
    labelNames: ['who'],
    registers,
  });
  const refused = new Counter({
    name: 'orderflow_api_refusals_total',
    help: 'Calls that were refused, by procedure and reason',
    labelNames: ['procedure', 'reason'],
    registers,
  });
  const webhooks = new Counter({
    name: 'orderflow_webhooks_total',
    help: 'Webhooks, by provider and outcome: taken, not_followed, unauthorised, malformed or come_again',
    labelNames: ['provider', 'outcome'],
    registers,
  });
  const buyers = new Counter({
    name: 'orderflow_buyers_refused_total',
    help: 'Cards that were not tried, since too many were declined (declines), or too much is held unpaid (unpaid), by what the buyer is known by',
    labelNames: ['why', 'by'],
    registers,
  });
  fromZero(placed, 'who', ['customer', 'guest']);
  for (const why of ['declines', 'unpaid']) for (const by of buyerKinds) buyers.inc({ why, by }, 0);
  for (const provider of PROVIDERS) for (const outcome of OUTCOMES) webhooks.inc({ provider, outcome }, 0);
  return {
    /** @param by what the buyer is known by: a kind of key, never a key */
    buyerRefused: (why: 'declines' | 'unpaid', by: string) => buyers.inc({ why, by }),
    orderPlaced: (who: 'customer' | 'guest') => placed.inc({ who }),
    /** @param procedure of the router; any other path would let callers make up labels */
    callRefused: (procedure: string, reason: ErrorReason) => refused.inc({ procedure, reason }),
    webhook: (provider: string, outcome: WebhookOutcome) => webhooks.inc({ provider, outcome }),
  };
}
