import { askToRestart } from '../control.ts';
import { dataDirOf } from '../paths.ts';
import { consoleReport } from '../report.ts';

/** Stops one process of a stack in another terminal, as a deployment would, starts it again and waits until it is ready. */
export async function restart(name: string, flags: { data: string }): Promise<void> {
  await consoleReport().step(`Restarting ${name}`, () => askToRestart(dataDirOf(flags.data), name));
}
