import type { AuditReport, OpsHealth } from '@orderflow/contracts';
import type { Logger } from '@orderflow/runtime';
import { errorMessage } from '@orderflow/runtime';
import type { Auditor } from '../adapters/auditor.ts';
import type { BrokerQueues } from '../adapters/broker-queues.ts';
import type { BuyerOrders } from '../customers/buyer-orders.ts';
import { HOUR_MS, suspectsIn } from '../customers/decide-card-attempt.ts';
import type { RefusedStore } from '../customers/refused-store.ts';
import type { OrderCounts } from './order-counts.ts';

/** What the shop's health is made of; undefined: it could not be asked, or nobody told us where. */
export interface HealthSources {
  readonly queues?: OpsHealth['queues'] | undefined;
  readonly outbox?: OpsHealth['outbox'] | undefined;
  readonly attention?: number | undefined;
  /** What staff have to look at and is about no order. */
  readonly alerts?: number | undefined;
  readonly declines?: OpsHealth['declines'] | undefined;
  /** Workers whose circuit is open, as the auditor reads on their boards. */
  readonly circuitsOpen?: readonly string[] | undefined;
  readonly settings?: OpsHealth['settings'] | undefined;
  /** Null: the auditor has made no report yet. */
  readonly audit?: AuditReport | null | undefined;
  /** What should have answered and did not. */
  readonly failed: readonly string[];
}

export interface HealthDeps {
  readonly queues: BrokerQueues;
  readonly counts: OrderCounts & { readonly alerts: () => Promise<number> };
  readonly auditor: Pick<Auditor, 'configured' | 'circuitsOpen' | 'report' | 'settings'>;
  /** What staff are told of buyers. */
  readonly buyers: {
    readonly orders: Pick<BuyerOrders, 'decliners'>;
    readonly refusals: Pick<RefusedStore, 'since'>;
    /** How many declined cards are nobody's concern. */
    readonly freeDeclines: number;
  };
  readonly storeIsUp: () => boolean;
  readonly log: Logger;
  readonly now: () => Date;
}

/** How old an outbox entry may be: the sweeper has looked at it several times by then. */
const LATE_SECONDS = 30;
/** How long ago the last audit may have begun, besides how long it took: there is one every minute. */
const AUDIT_OLD_MS = 5 * 60_000;

/** Asks everything at once. Never rejects: what could not be asked is `unknown`. */
export async function checkHealth(deps: HealthDeps): Promise<OpsHealth> {
  const failed: string[] = [];
  const tried = async <T>(what: string, ask: (() => Promise<T>) | undefined): Promise<T | undefined> => {
    try {
      return await ask?.();
    } catch (error) {
      deps.log.warn({ what, error: errorMessage(error) }, 'health could not be asked');
      failed.push(what);
      return undefined;
    }
  };
  const stored =
    <T>(ask: () => Promise<T>) =>
    async () => {
      if (!deps.storeIsUp()) throw new Error('the store is away');
      return ask();
    };
  const [queues, outbox, attention, alerts, declines, circuitsOpen, settings, audit] = await Promise.all([
    tried('queues', deps.queues),
    tried(
      'outbox',
      stored(() => deps.counts.outbox(deps.now())),
    ),
    tried('attention', stored(deps.counts.attention)),
    tried('alerts', stored(deps.counts.alerts)),
    tried(
      'declines',
      stored(() => declinesNow(deps)),
    ),
    tried('circuitsOpen', deps.auditor.configured ? deps.auditor.circuitsOpen : undefined),
    tried('settings', deps.auditor.configured ? deps.auditor.settings : undefined),
    tried('audit', deps.auditor.configured ? deps.auditor.report : undefined),
  ]);
  return healthOf({ queues, outbox, attention, alerts, declines, circuitsOpen, settings, audit, failed }, deps.now());
}

async function declinesNow({ buyers, now }: HealthDeps): Promise<OpsHealth['declines']> {
  const since = new Date(now().getTime() - HOUR_MS);
  const [{ declines, by }, refused] = await Promise.all([buyers.orders.decliners(since), buyers.refusals.since(since)]);
  return { cards: declines, suspects: suspectsIn(by, refused, buyers.freeDeclines) };
}

/** Pure. Green: nothing that we know of is wrong, and everything that we know where to ask has answered. */
export function healthOf(asked: HealthSources, now: Date): OpsHealth {
  const { queues, outbox, attention, alerts, declines, circuitsOpen, settings, audit, failed } = asked;
  const known = { queues, outbox, attention, alerts, declines, circuitsOpen, settings, audit: audit ?? undefined };
  const wrong =
    failed.length > 0 ||
    (queues ?? []).some(({ deadLettered, consumers }) => deadLettered > 0 || consumers === 0) ||
    (outbox?.oldestSeconds ?? 0) > LATE_SECONDS ||
    (attention ?? 0) > 0 ||
    (alerts ?? 0) > 0 ||
    (declines?.suspects ?? []).length > 0 ||
    (circuitsOpen ?? []).length > 0 ||
    (settings ?? []).length > 0 ||
    (known.audit !== undefined && !vouches(known.audit, now));
  return {
    green: !wrong,
    queues: queues ?? [],
    outbox: outbox ?? { waiting: 0, oldestSeconds: 0 },
    attention: attention ?? 0,
    alerts: alerts ?? 0,
    declines: declines ?? { cards: 0, suspects: [] },
    circuitsOpen: [...(circuitsOpen ?? [])],
    settings: settings ?? [],
    ...(audit ? { audit } : {}),
    unknown: Object.keys(known).filter((name) => known[name as keyof typeof known] === undefined),
  };
}

/** Whether a report says that all is well, by somebody who still looks and could ask everybody. */
function vouches({ green, startedAt, ms, checks }: AuditReport, now: Date): boolean {
  const isOld = now.getTime() - Date.parse(startedAt) > AUDIT_OLD_MS + ms;
  return green && !isOld && !checks.some(({ unanswered }) => unanswered);
}
