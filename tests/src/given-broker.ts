import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Stack } from '@orderflow/stack';
import type { GivenBroker } from './config.ts';

/** What can be stopped and started again. */
export type Breakable = Pick<Stack['broker'], 'stop' | 'start'>;

/** A broker of somebody else's, broken by the commands that came with it. */
export function brokenBy({ stop, start }: GivenBroker): Breakable {
  return { stop: () => shell(stop), start: () => shell(start) };
}

/** Ends with the command, whatever it leaves running. @throws Error naming a command that failed */
async function shell(command: string): Promise<void> {
  const [code, signal] = await once(spawn(command, { shell: true, stdio: ['ignore', 'inherit', 'inherit'] }), 'exit');
  if (code !== 0) throw new Error(`${command}: ended with ${code ?? signal}`);
}
