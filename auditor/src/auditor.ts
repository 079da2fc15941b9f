import { randomUUID } from 'node:crypto';
import type { AuditReport, SettingsDisagreement, Xray } from '@orderflow/contracts';
import { errorMessage, type Logger, type SettingValue } from '@orderflow/runtime';
import { type AuditOptions, audit } from './audit.ts';
import type { AuditMetrics } from './audit-metrics.ts';
import type { Choreography } from './choreography.ts';
import { circuitsOpen } from './circuits.ts';
import { createMemory } from './memory.ts';
import { type DeadLetterRef, predictRedrives, type RedriveOutcome } from './redrive-outcomes.ts';
import { settingsDisagreements } from './settings.ts';
import type { Sources } from './sources.ts';
import { xray } from './xray.ts';

export interface Auditor {
  /** The latest report. */
  latest(): AuditReport | undefined;
  /** Queues an audit behind the running one; requests of the same scope share it. */
  audit(scope: AuditReport['scope']): AskedAudit;
  /** One of the latest audits that were requested. */
  asked(id: string): AskedAudit | undefined;
  xray(orderId: string): Promise<Xray | null>;
  circuitsOpen(): Promise<string[]>;
  /** Shared settings that the services were not started with alike. */
  settings(): Promise<SettingsDisagreement[]>;
  verdicts(letters: readonly DeadLetterRef[]): Promise<RedriveOutcome[]>;
  /** Audits what changed at one interval, and everything at another. */
  start(every: { changedMs: number; fullMs: number }): void;
  stop(): Promise<void>;
}

export interface AskedAudit {
  readonly id: string;
  readonly report: Promise<AuditReport>;
  state(): 'waits' | 'ended';
}

type Tolerances = Pick<AuditOptions, 'lostAfterMs' | 'captureMarginMs'> & { readonly graceMs: number };

interface AuditorParts {
  readonly choreography: Choreography;
  readonly log: Logger;
  readonly metrics: AuditMetrics;
  /** The auditor's own, to be compared with the services'. */
  readonly sharedSettings?: Readonly<Record<string, SettingValue>>;
}

/** Requested audits that are kept. */
const REMEMBERED = 20;

/** Audits continuously, one audit at a time: audits share a memory, and the store has other work. */
export function createAuditor(
  sources: Sources,
  { choreography, log, metrics, sharedSettings = {}, ...tolerances }: AuditorParts & Tolerances,
): Auditor {
  const memory = createMemory();
  const asked = new Map<string, AskedAudit>();
  /** Requested and not begun. */
  const queued = new Map<AuditReport['scope'], AskedAudit>();
  let latest: AuditReport | undefined;
  let lastFull = Number.NEGATIVE_INFINITY;
  let busy: Promise<unknown> = Promise.resolve();
  let open = 0;
  let timer: NodeJS.Timeout | undefined;

  /** A requested audit waits for the grace of orders in progress, up to a limit. */
  const recheckMs = Math.min(Math.max(tolerances.graceMs + 1_000, 2_000), 15_000);

  const run = async (scope: AuditReport['scope']): Promise<AuditReport> => {
    try {
      const began = performance.now();
      latest = await audit(sources, { scope, choreography, ...tolerances, recheckMs, memory });
      if (latest.scope === 'full') lastFull = began;
    } catch (error) {
      metrics.failed.inc();
      throw error;
    }
    metrics.record(latest);
    for (const violation of latest.violations) log.error({ violation }, 'the books do not agree');
    const { green, orders, ms } = latest;
    for (const disagreement of await settingsDisagreements(sources, sharedSettings)) {
      log.warn(disagreement, 'a setting differs between services that must have it alike');
    }
    log.info({ green, scope: latest.scope, orders, ms }, 'audited');
    return latest;
  };
  const inTurn = (scope: AuditReport['scope']): AskedAudit => {
    const same = queued.get(scope);
    if (same) return same;
    let ended = false;
    open += 1;
    const report = busy.then(() => {
      queued.delete(scope);
      return run(scope);
    });
    busy = report
      .catch((error) => log.warn({ error: errorMessage(error) }, 'could not audit'))
      .finally(() => {
        ended = true;
        open -= 1;
      });
    const one: AskedAudit = { id: randomUUID(), report, state: () => (ended ? 'ended' : 'waits') };
    queued.set(scope, one);
    asked.set(one.id, one);
    for (const id of [...asked.keys()].slice(0, -REMEMBERED)) asked.delete(id);
    return one;
  };

  return {
    latest: () => latest,
    audit: inTurn,
    asked: (id) => asked.get(id),
    circuitsOpen: () => circuitsOpen(sources),
    settings: () => settingsDisagreements(sources, sharedSettings),
    xray: (orderId) => xray(sources, choreography, orderId),
    verdicts: (letters) => predictRedrives(sources, choreography, letters),
    start: ({ changedMs, fullMs }) => {
      const tick = () => {
        // After an audit longer than the interval the next tick starts one audit, not all that were missed.
        if (open > 0) return;
        inTurn(performance.now() - lastFull >= fullMs ? 'full' : 'changed');
      };
      timer = setInterval(tick, changedMs);
      tick();
    },
    stop: async () => {
      clearInterval(timer);
      await busy;
    },
  };
}
