import {
  type AuditReport,
  auditReportSchema,
  type DeadLetter,
  healthOutput,
  type OpsHealth,
  redriveVerdictSchema,
  type StartedAudit,
  startAuditOutput,
  type Xray,
  xrayOutput,
} from '@orderflow/contracts';
import { errorMessage, type Logger } from '@orderflow/runtime';
import { z } from 'zod';
import { DomainError } from '../platform/domain-error.ts';

/** The auditor, which alone reads all the services' documents. Each call @throws AUDITOR_UNAVAILABLE. */
export interface Auditor {
  readonly configured: boolean;
  /** Its latest report; null: it has made none yet. */
  report(): Promise<AuditReport | null>;
  /** Has it audit now. */
  startAudit(scope: AuditReport['scope']): Promise<{ id: string }>;
  /** An audit that was started; null: it knows no such audit. */
  audit(id: string): Promise<StartedAudit | null>;
  /** Workers that take no messages now, since something they depend on is down. */
  circuitsOpen(): Promise<string[]>;
  /** Settings that differ between services which must have them alike. */
  settings(): Promise<OpsHealth['settings']>;
  /** Null: it knows no such order. */
  xray(orderId: string): Promise<Xray | null>;
  /** What redriving each of these messages would do now, in their order. */
  verdicts(letters: readonly DeadLetter[]): Promise<RedriveVerdict[]>;
}

type RedriveVerdict = z.infer<typeof redriveVerdictSchema>;
/** While an audit waits or runs, only its id is told. */
const askedSchema = z.union([auditReportSchema, startAuditOutput]);
const circuitsSchema = z.object({ circuitsOpen: z.array(z.string()) });
const settingsSchema = healthOutput.pick({ settings: true });
const verdictsSchema = z.object({ verdicts: z.array(redriveVerdictSchema) });

interface Question<T> {
  readonly path: string;
  /** With a body it is a POST. */
  readonly body?: unknown;
  readonly answer: z.ZodType<T>;
}

const TIMEOUT_MS = 10_000;

export function httpAuditor(
  { url, secret }: { url?: string | undefined; secret?: string | undefined },
  log: Logger,
): Auditor {
  const unavailable = (why: string) => {
    log.warn({ why }, 'the auditor could not be asked');
    return new DomainError('AUDITOR_UNAVAILABLE', 'The auditor cannot be asked at the moment');
  };
  const ask = async <T>({ path, body, answer }: Question<T>): Promise<T | null> => {
    if (url === undefined) throw unavailable('AUDITOR_URL is not set');
    try {
      const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          accept: 'application/json',
          ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      });
      if (response.status === 404) return null;
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return answer.parse(await response.json());
    } catch (error) {
      throw unavailable(errorMessage(error));
    }
  };
  return {
    configured: url !== undefined,
    report: () => ask({ path: '/report', answer: auditReportSchema }),
    async startAudit(scope) {
      const started = await ask({ path: '/audits', body: { scope }, answer: startAuditOutput });
      if (!started) throw unavailable('/audits: 404');
      return started;
    },
    async audit(id) {
      const asked = await ask({ path: `/audits/${id}`, answer: askedSchema });
      return asked && { id, ...('green' in asked && { report: asked }) };
    },
    circuitsOpen: async () => (await ask({ path: '/circuits', answer: circuitsSchema }))?.circuitsOpen ?? [],
    settings: async () => (await ask({ path: '/settings', answer: settingsSchema }))?.settings ?? [],
    xray: (orderId) => ask({ path: `/orders/${orderId}/xray`, answer: xrayOutput }),
    async verdicts(letters) {
      const body = {
        letters: letters.map(({ worker, eventId, orderId, type }) => ({ worker, eventId, orderId, type })),
      };
      const { verdicts = [] } = (await ask({ path: '/verdicts', body, answer: verdictsSchema })) ?? {};
      if (verdicts.length !== letters.length) throw unavailable(`${verdicts.length} verdicts on ${letters.length}`);
      return verdicts;
    },
  };
}
