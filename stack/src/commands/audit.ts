import type { AuditReport } from '@orderflow/contracts';
import { askAuditor, auditExitCode, auditThrough, showAudit } from '../audit.ts';
import { StackError } from '../errors.ts';
import { ofAllRegions } from '../region-audits.ts';
import { consoleReport } from '../report.ts';
import { placesOn, runningStack } from './running.ts';
import { type ApiFlags, asStaff } from './staff.ts';

interface AuditFlags extends Omit<ApiFlags, 'url'> {
  /** None: of what runs on `data`. */
  readonly url: readonly string[];
  readonly changed?: boolean;
  readonly json?: boolean;
}

/** Checks the books of a running system. Status 0: green, 1: red, 2: not everything could be seen. */
export async function audit(flags: AuditFlags): Promise<void> {
  const scope = flags.changed ? 'changed' : 'full';
  const found = await auditAll(flags.url.length > 0 ? elsewhere(flags, scope) : here(flags, scope), scope);
  if (flags.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else showAudit(found, consoleReport());
  process.exitCode = auditExitCode(found);
}

/** An audit of one stack, or of one region's cell. */
interface Audit {
  /** Undefined: there are no others beside it. */
  readonly region: string | undefined;
  run(): Promise<AuditReport>;
}

function here({ data }: AuditFlags, scope: AuditReport['scope']): Audit[] {
  return placesOn(data).map((place) => ({
    region: place.region,
    run: async () => {
      const { addresses, secrets } = runningStack(place.data);
      return askAuditor({ url: addresses.auditor, secret: secrets.auditorSecret }, scope);
    },
  }));
}

/** Each API is named by its address. */
function elsewhere({ url: urls, data }: AuditFlags, scope: AuditReport['scope']): Audit[] {
  return urls.map((url) => ({
    region: urls.length > 1 ? url : undefined,
    run: () => asStaff({ url, data }, (api) => auditThrough(api, scope)),
  }));
}

/** One report, whether there is one stack or several regions. */
async function auditAll(audits: readonly Audit[], scope: AuditReport['scope']): Promise<AuditReport> {
  const [only] = audits;
  if (only && only.region === undefined) return only.run();
  const reports = audits.map(async ({ region = '', run }) => {
    try {
      return { region, report: await run() };
    } catch (error) {
      if (!(error instanceof StackError)) throw error;
      consoleReport(process.stderr).warn(`${region}: ${error.message}`);
      return { region, report: undefined };
    }
  });
  return ofAllRegions(await Promise.all(reports), scope);
}
