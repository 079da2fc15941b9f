import { StackError } from '../errors.ts';
import type { Report } from '../report.ts';
import { waitUntil } from '../wait.ts';
import { type Identity, isRunning } from './identity.ts';
import { readRunRecord, recordedProcesses } from './run-record.ts';

const PATIENCE_MS = 10_000;

/**
 * Makes a data directory ours: refuses while another run lives on it, and stops what a dead one left behind.
 * @throws StackError when a stack runs there
 */
export async function claimDataDir(dataDir: string, report: Report): Promise<void> {
  const record = readRunRecord(dataDir);
  if (!record) return;
  if (isRunning(record.supervisor) && record.supervisor.pid !== process.pid) {
    throw new StackError(
      `A stack already runs on ${dataDir} (./run ${record.command}, process ${record.supervisor.pid}): stop it with ./run down, or use another directory with --data DIR.`,
    );
  }
  const orphans = recordedProcesses(dataDir).filter(isRunning);
  if (orphans.length === 0) return;
  report.line(`Stopping what an earlier run left behind: ${orphans.map((orphan) => orphan.name).join(', ')}`);
  await Promise.all(orphans.toReversed().map(stopIdentity));
}

/** SIGTERM, a bounded wait, SIGKILL; and only as long as it is still the same process. */
export async function stopIdentity(process: Identity): Promise<void> {
  signal(process, 'SIGTERM');
  const gone = () => !isRunning(process);
  try {
    await waitUntil(gone, { what: `process ${process.pid}`, timeoutMs: PATIENCE_MS });
  } catch {
    signal(process, 'SIGKILL');
    await waitUntil(gone, { what: `process ${process.pid}`, timeoutMs: PATIENCE_MS });
  }
}

function signal(identity: Identity, name: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}
