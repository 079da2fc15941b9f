import { askAuditor, showAudit } from '../audit.ts';
import type { Report } from '../report.ts';
import type { Stack } from '../stack.ts';
import { waitUntil } from '../wait.ts';

const GREEN_WITHIN_MS = 30_000;

/** Has the auditor check everything that the demo has done; what is under way gets a moment to end. */
export async function auditDemo({ addresses, auditorSecret }: Stack, report: Report): Promise<boolean> {
  const auditor = { url: addresses.auditor, secret: auditorSecret };
  let found = await askAuditor(auditor);
  const again = async () => {
    if (!found.green) found = await askAuditor(auditor);
    return found.green;
  };
  await waitUntil(again, { what: 'green books', timeoutMs: GREEN_WITHIN_MS, everyMs: 1_000 }).catch(() => {});
  showAudit(found, report);
  report.line('');
  return found.green;
}
