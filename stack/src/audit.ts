import { type AuditReport, auditReportSchema } from '@orderflow/contracts';
import pc from 'picocolors';
import { StackError } from './errors.ts';
import type { Report } from './report.ts';

/** Has the auditor check the books now. @throws StackError when it cannot be asked */
export async function askAuditor(
  { url, secret }: { url: string; secret: string },
  scope: AuditReport['scope'] = 'full',
): Promise<AuditReport> {
  const response = await fetch(`${url}/audits`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ scope }),
  }).catch((error: unknown) => {
    throw new StackError(`The auditor at ${url} cannot be reached: ${(error as Error).message}`);
  });
  const text = await response.text();
  if (!response.ok) throw new StackError(`The auditor at ${url} answered ${response.status}: ${text}`);
  return auditReportSchema.parse(JSON.parse(text));
}

const SHOWN = 50;

/** Every check with what it looked at, then each violation. */
export function showAudit({ green, scope, orders, ms, checks, violations }: AuditReport, report: Report): void {
  const width = Math.max(...checks.map(({ check }) => check.length));
  for (const { check, examined, violations: broken, skipped } of checks) {
    const mark = skipped !== undefined ? pc.dim('–') : broken === 0 ? pc.green('✓') : pc.red('✗');
    const found = skipped ?? `${examined} examined${broken === 0 ? '' : `, ${broken} wrong`}`;
    report.line(`${mark} ${check.padEnd(width)}  ${found}`);
  }
  for (const { check, message, documents, events } of violations.slice(0, SHOWN)) {
    report.line(`${pc.red(check)}: ${message}`);
    if (documents.length > 0) report.line(`    documents ${documents.join(', ')}`);
    if (events.length > 0) report.line(`    events ${events.join(', ')}`);
  }
  if (violations.length > SHOWN) report.line(`… and ${violations.length - SHOWN} more`);
  const verdict = green ? pc.green('green') : pc.red('red');
  report.line(`The books are ${verdict}: ${orders} orders (${scope}), ${(ms / 1000).toFixed(1)} s`);
}
