import type { AuditReport } from '@orderflow/contracts';
import { askAuditor, auditExitCode, auditThrough, showAudit } from '../audit.ts';
import { StackError } from '../errors.ts';
import { ofAllRegions } from '../region-audits.ts';
import { consoleReport } from '../report.ts';
import { placesOn, runningStack } from './running.ts';
import { type ApiFlags, asStaff } from './staff.ts';

/** Checks the books of a running system. Status 0: green, 1: red, 2: not everything could be seen. */
export async function audit(flags: ApiFlags & { changed?: boolean; json?: boolean }): Promise<void> {
  const scope = flags.changed ? 'changed' : 'full';
  const found = flags.url ? await asStaff(flags, (api) => auditThrough(api, scope)) : await auditAll(flags.data, scope);
  if (flags.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else showAudit(found, consoleReport());
  process.exitCode = auditExitCode(found);
}

/** One report, whether there is one stack or several cells. */
async function auditAll(data: string, scope: AuditReport['scope']): Promise<AuditReport> {
  const places = placesOn(data);
  if (places.every(({ region }) => region === undefined)) return auditHere(data, scope);
  const reports = places.map(async ({ region = '', data: own }) => {
    try {
      return { region, report: await auditHere(own, scope) };
    } catch (error) {
      if (!(error instanceof StackError)) throw error;
      consoleReport(process.stderr).warn(`${region}: ${error.message}`);
      return { region, report: undefined };
    }
  });
  return ofAllRegions(await Promise.all(reports), scope);
}

function auditHere(data: string, scope: AuditReport['scope']): Promise<AuditReport> {
  const { addresses, secrets } = runningStack(data);
  return askAuditor({ url: addresses.auditor, secret: secrets.auditorSecret }, scope);
}
