import type { AuditReport } from '@orderflow/contracts';
import { askAuditor, auditExitCode, auditThrough, showAudit } from '../audit.ts';
import { consoleReport } from '../report.ts';
import { runningStack } from './running.ts';
import { type ApiFlags, asStaff } from './staff.ts';

/** Checks the books of a running system. Status 0: green, 1: red, 2: not everything could be seen. */
export async function audit(flags: ApiFlags & { changed?: boolean; json?: boolean }): Promise<void> {
  const scope = flags.changed ? 'changed' : 'full';
  const found = flags.url
    ? await asStaff(flags, (api) => auditThrough(api, scope))
    : await auditHere(flags.data, scope);
  if (flags.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else showAudit(found, consoleReport());
  process.exitCode = auditExitCode(found);
}

function auditHere(data: string, scope: AuditReport['scope']): Promise<AuditReport> {
  const { addresses, secrets } = runningStack(data);
  return askAuditor({ url: addresses.auditor, secret: secrets.auditorSecret }, scope);
}
