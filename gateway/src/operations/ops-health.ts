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
  readonly counts: OrderCounts;
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
  const [queues, outbox, attention, declines, circuitsOpen, settings, audit] = await Promise.all([
    tried('queues', deps.queues),
    tried(
      'outbox',
      stored(() => deps.counts.outbox(deps.now())),
    ),
    tried('attention', stored(deps.counts.attention)),
    tried(
      'declines',
      stored(() => declinesNow(deps)),
    ),
    tried('circuitsOpen', deps.auditor.configured ? deps.auditor.circuitsOpen : undefined),
    tried('settings', deps.auditor.configured ? deps.auditor.settings : undefined),
    tried('audit', deps.auditor.configured ? deps.auditor.report : undefined),
  ]);
  return healthOf({ queues, outbox, attention, declines, circuitsOpen, settings, audit, failed }, deps.now());
}

async function declinesNow({ buyers, now }: HealthDeps): Promise<OpsHealth['declines']> {
  const since = new Date(now().getTime() - HOUR_MS);
  const [{ declines, by }, refused] = await Promise.all([buyers.orders.decliners(since), buyers.refusals.since(since)]);
  return { cards: declines, suspects: suspectsIn(by, refused, buyers.freeDeclines) };
}

/** Pure. Green: nothing that we know of is wrong, and everything that we know where to ask has answered. */
export function healthOf(asked: HealthSources, now: Date): OpsHealth {
  const { queues, outbox, attention, declines, circuitsOpen, settings, audit } = asked;
  const known = { queues, outbox, attention, declines, circuitsOpen, settings, audit: audit ?? undefined };
  const reasons = reasonsOf(asked, now);
  return {
    green: reasons.length === 0,
    reasons,
    queues: queues ?? [],
    outbox: outbox ?? { waiting: 0, oldestSeconds: 0 },
    attention: attention ?? 0,
    declines: declines ?? { cards: 0, suspects: [] },
    circuitsOpen: [...(circuitsOpen ?? [])],
    settings: settings ?? [],
    ...(audit ? { audit } : {}),
    unknown: Object.keys(known).filter((name) => known[name as keyof typeof known] === undefined),
  };
}

/** Everything that is wrong, or cannot be seen, as a sentence with the number or the name that tells where to look. */
function reasonsOf(asked: HealthSources, now: Date): string[] {
  const { queues = [], outbox, attention = 0, declines, circuitsOpen = [], settings = [], audit, failed } = asked;
  const late = outbox?.oldestSeconds ?? 0;
  const suspects = declines?.suspects.length ?? 0;
  return [
    ...failed.map((what) => `${what} could not be asked`),
    ...queues
      .filter(({ consumers }) => consumers === 0)
      .map(({ worker, waiting }) => `nobody consumes ${worker}'s queue, ${counted(waiting, 'message')} waiting`),
    ...queues
      .filter(({ deadLettered }) => deadLettered > 0)
      .map(({ worker, deadLettered }) => `${counted(deadLettered, 'message')} dead-lettered by ${worker}`),
    ...(late > LATE_SECONDS
      ? [`an event has waited ${Math.round(late)} s to be published, of ${outbox?.waiting} in outboxes`]
      : []),
    ...(attention > 0 ? [`${counted(attention, 'order')} flagged for manual review`] : []),
    ...(suspects > 0 ? [`${counted(suspects, 'buyer')} may be testing cards or hoarding stock`] : []),
    ...circuitsOpen.map((worker) => `${worker} has paused: a service that it calls is down`),
    ...settings.map(({ setting }) => `${setting} differs between services that must have it alike`),
    ...(audit ? auditReasons(audit, now) : []),
  ];
}

/** Why a report does not vouch for everything: something is wrong, nobody has looked lately, or somebody did not answer. */
function auditReasons({ green, startedAt, ms, checks, violations, violationsFound }: AuditReport, now: Date): string[] {
  const isOld = now.getTime() - Date.parse(startedAt) > AUDIT_OLD_MS + ms;
  const unanswered = checks.filter(({ unanswered: none }) => none);
  const broken = [...new Set(violations.map(({ check }) => check))];
  return [
    ...(isOld ? [`the last audit began at ${startedAt}`] : []),
    ...unanswered.map(({ check }) => `the audit had no answer for ${check}`),
    ...(broken.length > 0
      ? [`the audit found ${counted(violationsFound ?? violations.length, 'violation')}: ${broken.join(', ')}`]
      : []),
    ...(!green && broken.length + unanswered.length === 0 ? ['the audit is not green'] : []),
  ];
}

const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
