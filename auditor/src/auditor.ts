import type { AuditReport, Xray } from '@orderflow/contracts';
import { errorMessage, type Logger } from '@orderflow/runtime';
import { audit } from './audit.ts';
import type { AuditMetrics } from './audit-metrics.ts';
import type { Choreography } from './choreography.ts';
import { circuitsOpen } from './circuits.ts';
import { createMemory } from './memory.ts';
import type { Sources } from './sources.ts';
import { type LetterRef, type Verdict, verdictsOn } from './verdicts.ts';
import { xray } from './xray.ts';

export interface Auditor {
  /** The latest report. */
  latest(): AuditReport | undefined;
  /** Audits now, after those that were asked for before. */
  audit(scope: AuditReport['scope']): Promise<AuditReport>;
  xray(orderId: string): Promise<Xray | null>;
  circuitsOpen(): Promise<string[]>;
  verdicts(letters: readonly LetterRef[]): Promise<Verdict[]>;
  /** Audits what changed, again and again. */
  start(everyMs: number): void;
  stop(): Promise<void>;
}

/** Keeps auditing. One audit at a time: they share a memory, and the store has other work. */
export function createAuditor(
  sources: Sources,
  {
    choreography,
    graceMs,
    log,
    metrics,
  }: { choreography: Choreography; graceMs: number; log: Logger; metrics: AuditMetrics },
): Auditor {
  const memory = createMemory();
  let latest: AuditReport | undefined;
  let busy: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  /** Whoever asks wants an answer about now, so what is under way gets its grace, within reason. */
  const recheckMs = Math.min(Math.max(graceMs + 1_000, 2_000), 15_000);

  const run = async (scope: AuditReport['scope']): Promise<AuditReport> => {
    try {
      latest = await audit(sources, { scope, choreography, graceMs, recheckMs, memory });
    } catch (error) {
      metrics.failed.inc();
      throw error;
    }
    metrics.tell(latest);
    for (const violation of latest.violations) log.error({ violation }, 'the books do not agree');
    const { green, orders, ms } = latest;
    log.info({ green, scope: latest.scope, orders, ms }, 'audited');
    return latest;
  };
  const inTurn = (scope: AuditReport['scope']): Promise<AuditReport> => {
    const report = busy.then(() => run(scope));
    busy = report.catch(() => {});
    return report;
  };

  return {
    latest: () => latest,
    audit: inTurn,
    circuitsOpen: () => circuitsOpen(sources),
    xray: (orderId) => xray(sources, choreography, orderId),
    verdicts: (letters) => verdictsOn(sources, choreography, letters),
    start: (everyMs) => {
      const tick = () => {
        inTurn('changed').catch((error) => log.warn({ error: errorMessage(error) }, 'could not audit'));
      };
      timer = setInterval(tick, everyMs);
      tick();
    },
    stop: async () => {
      clearInterval(timer);
      await busy;
    },
  };
}
