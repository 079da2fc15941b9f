import { setTimeout as pause } from 'node:timers/promises';
import { type AuditReport, auditReportSchema } from '@orderflow/contracts';
import pc from 'picocolors';
import type { Client } from './client.ts';
import { StackError } from './errors.ts';
import type { Report } from './report.ts';

/** An audit of many orders takes minutes, so its report is asked for until it is there. */
const ASK_EVERY_MS = 250;

/** Requests an audit now. @throws StackError when it cannot be asked */
export async function askAuditor(
  { url, secret }: { url: string; secret: string },
  scope: AuditReport['scope'] = 'full',
): Promise<AuditReport> {
  const call = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const response = await fetch(`${url}${path}`, { ...init, headers }).catch((error: unknown) => {
      throw new StackError(`The auditor at ${url} cannot be reached: ${(error as Error).message}`);
    });
    const text = await response.text();
    if (!response.ok) throw new StackError(`The auditor at ${url} answered ${response.status}: ${text}`);
    return { status: response.status, body: JSON.parse(text) as unknown };
  };
  const asked = await call('/audits', { method: 'POST', body: JSON.stringify({ scope }) });
  const { id } = asked.body as { id: string };
  for (;;) {
    const { status, body } = await call(`/audits/${id}`);
    if (status === 200) return auditReportSchema.parse(body);
    await pause(ASK_EVERY_MS);
  }
}

/** The same by way of the gateway, as staff: its auditor need not be reachable from here. */
export async function auditThrough({ ops: { audits } }: Client, scope: AuditReport['scope']): Promise<AuditReport> {
  const { id } = await audits.start.mutate({ scope });
  for (;;) {
    const { report } = await audits.get.query({ id });
    if (report) return report;
    await pause(ASK_EVERY_MS);
  }
}

const SHOWN = 50;

/** Every check with what it looked at, then each violation, then what was not seen. */
export function showAudit(audited: AuditReport, report: Report): void {
  const { green, scope, orders, ms, checks, violations } = audited;
  const width = Math.max(...checks.map(({ check }) => check.length));
  for (const line of checks) report.line(`${markOf(line)} ${line.check.padEnd(width)}  ${foundBy(line)}`);
  for (const { check, message, documents, events, region } of violations.slice(0, SHOWN)) {
    report.line(`${region === undefined ? '' : `${region}: `}${pc.red(check)}: ${message}`);
    if (documents.length > 0) report.line(`    documents ${documents.join(', ')}`);
    if (events.length > 0) report.line(`    events ${events.join(', ')}`);
  }
  for (const line of unseen(audited)) report.line(pc.yellow(line));
  const broken = audited.violationsFound ?? violations.length;
  const verdict = green ? pc.green('green') : broken > 0 ? pc.red('red') : pc.yellow('not green, for want of answers');
  report.line(`The books are ${verdict}: ${orders} orders (${scope}), ${(ms / 1000).toFixed(1)} s`);
}

/** 0: green, 1: something is wrong, 2: nothing was found, but not everything was seen. */
export function auditExitCode({ green, violations }: AuditReport): 0 | 1 | 2 {
  if (green) return 0;
  return violations.length > 0 ? 1 : 2;
}

type Line = AuditReport['checks'][number];

function markOf({ violations, skipped, unanswered }: Line): string {
  if (violations > 0) return pc.red('✗');
  if (unanswered) return pc.yellow('?');
  return skipped === undefined ? pc.green('✓') : pc.dim('–');
}

function foundBy({ examined, violations, skipped, unanswered, notJudged = 0 }: Line): string {
  if (skipped !== undefined) return skipped;
  const rest = unanswered ? `${notJudged} without an answer` : `${notJudged} within bounds, since they move`;
  const parts = [`${examined} examined`, violations > 0 && `${violations} wrong`, notJudged > 0 && rest];
  return parts.filter(Boolean).join(', ');
}

/** What the list does not show. */
function unseen({ violations, violationsFound = violations.length, suspects, regionsAway }: AuditReport): string[] {
  const lines = (regionsAway ?? []).map((region) => `${region} was not seen: its auditor gave no report.`);
  const number = (count: number) => count.toLocaleString('en');
  const shown = Math.min(violations.length, SHOWN);
  if (violationsFound > shown) lines.push(`Listed ${number(shown)} of ${number(violationsFound)} violations.`);
  if (suspects && suspects.notReadAgain > 0)
    lines.push(`${number(suspects.notReadAgain)} more suspects were not read again: this is a lower bound.`);
  if (suspects && suspects.stillMoving > 0)
    lines.push(`${number(suspects.stillMoving)} orders were still moving, and are left to the next audit.`);
  return lines;
}
