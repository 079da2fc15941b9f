import { askAuditor, auditExitCode, showAudit } from '../audit.ts';
import { consoleReport } from '../report.ts';
import { runningStack } from './running.ts';

/** Checks the books of a running stack. Status 0: green, 1: red, 2: not everything could be seen. */
export async function audit(flags: { changed?: boolean; json?: boolean; data: string }): Promise<void> {
  const { addresses, secrets } = runningStack(flags.data);
  const auditor = { url: addresses.auditor, secret: secrets.auditorSecret };
  const found = await askAuditor(auditor, flags.changed ? 'changed' : 'full');
  if (flags.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else showAudit(found, consoleReport());
  process.exitCode = auditExitCode(found);
}
