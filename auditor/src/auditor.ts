import { randomUUID } from 'node:crypto';
import type { AuditReport, SettingsDisagreement, Xray } from '@orderflow/contracts';
import { errorMessage, type Logger, type SettingValue } from '@orderflow/runtime';
import { type AuditOptions, audit } from './audit.ts';
import type { AuditMetrics } from './audit-metrics.ts';
import type { Choreography } from './choreography.ts';
import { circuitsOpen } from './circuits.ts';
import { createMemory } from './memory.ts';
import { settingsDisagreements } from './settings.ts';
import type { Sources } from './sources.ts';
import { type LetterRef, type Verdict, verdictsOn } from './verdicts.ts';
import { xray } from './xray.ts';

export interface Auditor {
  /** The latest report. */
  latest(): AuditReport | undefined;
  /** Audits now, after the one that is running; whoever asks for the same meanwhile gets the same. */
  audit(scope: AuditReport['scope']): AskedAudit;
  /** An audit that was asked for, and not long ago. */
  asked(id: string): AskedAudit | undefined;
  xray(orderId: string): Promise<Xray | null>;
  circuitsOpen(): Promise<string[]>;
  /** Shared settings that the services were not started with alike. */
  settings(): Promise<SettingsDisagreement[]>;
  verdicts(letters: readonly LetterRef[]): Promise<Verdict[]>;
  /** Audits what changed, again and again, and now and then everything. */
  start(every: { changedMs: number; fullMs: number }): void;
  stop(): Promise<void>;
}

export interface AskedAudit {
  readonly id: string;
  readonly report: Promise<AuditReport>;
  state(): 'waits' | 'ended';
}

type Patience = Pick<AuditOptions, 'lostAfterMs' | 'captureMarginMs'> & { readonly graceMs: number };

interface AuditorParts {
  readonly choreography: Choreography;
  readonly log: Logger;
  readonly metrics: AuditMetrics;
  /** The auditor's own, to be compared with the services'. */
  readonly sharedSettings?: Readonly<Record<string, SettingValue>>;
}

/** So many audits that were asked for are remembered. */
const REMEMBERED = 20;

/** Keeps auditing. One audit at a time: they share a memory, and the store has other work. */
export function createAuditor(
  sources: Sources,
  { choreography, log, metrics, sharedSettings = {}, ...patience }: AuditorParts & Patience,
): Auditor {
  const memory = createMemory();
  const asked = new Map<string, AskedAudit>();
  /** Asked for and not begun. */
  const queued = new Map<AuditReport['scope'], AskedAudit>();
  let latest: AuditReport | undefined;
  let lastFull = Number.NEGATIVE_INFINITY;
  let busy: Promise<unknown> = Promise.resolve();
  let open = 0;
  let timer: NodeJS.Timeout | undefined;

  /** Whoever asks wants an answer about now, so what is under way gets its grace, within reason. */
  const recheckMs = Math.min(Math.max(patience.graceMs + 1_000, 2_000), 15_000);

  const run = async (scope: AuditReport['scope']): Promise<AuditReport> => {
    try {
      const began = performance.now();
      latest = await audit(sources, { scope, choreography, ...patience, recheckMs, memory });
      if (latest.scope === 'full') lastFull = began;
    } catch (error) {
      metrics.failed.inc();
      throw error;
    }
    metrics.tell(latest);
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
    verdicts: (letters) => verdictsOn(sources, choreography, letters),
    start: ({ changedMs, fullMs }) => {
      const tick = () => {
        // One that takes longer than that is followed by the next tick, not by a queue of them.
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
