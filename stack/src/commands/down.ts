import { StackError } from '../errors.ts';
import { dataDirOf } from '../paths.ts';
import { isRunning } from '../processes/identity.ts';
import { stopIdentity } from '../processes/orphans.ts';
import { readRunRecord, recordedProcesses } from '../processes/run-record.ts';
import { consoleReport } from '../report.ts';
import { waitUntil } from '../wait.ts';

const STOP_MS = 90_000;

/** Stops the stack on a data directory, wherever it was started, and waits until all of it is gone. */
export async function down(flags: { data: string }): Promise<void> {
  const report = consoleReport();
  const dataDir = dataDirOf(flags.data);
  const record = readRunRecord(dataDir);
  if (!record) return report.line(`Nothing runs on ${dataDir}.`);
  const { supervisor } = record;
  await report.step(`Stopping ./run ${record.command} on ${dataDir}`, async () => {
    if (isRunning(supervisor)) {
      process.kill(supervisor.pid, 'SIGTERM');
      await waitUntil(() => !isRunning(supervisor), { what: `process ${supervisor.pid}`, timeoutMs: STOP_MS });
    }
    const left = [...record.processes, ...recordedProcesses(dataDir)].filter(isRunning);
    await Promise.all(left.map(stopIdentity));
    const stubborn = left.filter(isRunning).map(({ name, pid }) => `${name} (${pid})`);
    if (stubborn.length > 0) throw new StackError(`These did not stop: ${stubborn.join(', ')}`);
  });
}
