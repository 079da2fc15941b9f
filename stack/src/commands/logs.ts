import { createReadStream, existsSync, readdirSync, statSync, watchFile } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { StackError } from '../errors.ts';
import { dataDirOf } from '../paths.ts';
import { linesOfOrder } from './order-logs.ts';

const LOOK_EVERY_MS = 300;

/** Prints the logs of all processes, or of one and its replicas, each line with its process's name. */
export async function logs(
  name: string | undefined,
  flags: { follow?: boolean; order?: string; data: string },
): Promise<void> {
  const folder = join(dataDirOf(flags.data), 'logs');
  const all = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.log')) : [];
  const names = all.map((file) => basename(file, '.log'));
  const chosen = names.filter((one) => name === undefined || one === name || one.startsWith(`${name}.`));
  if (chosen.length === 0) {
    const known =
      names.length === 0 ? `nothing has run on ${dataDirOf(flags.data)} yet` : `there are ${names.join(', ')}`;
    throw new StackError(`No log${name ? ` of "${name}"` : ''}: ${known}.`);
  }
  if (flags.order !== undefined) return ofOrder(folder, flags.order, chosen);
  const prefix = (one: string) => (chosen.length > 1 ? `${one.padEnd(14)} ` : '');
  for (const one of chosen) {
    const file = join(folder, `${one}.log`);
    let seen = await print(file, 0, prefix(one));
    if (!flags.follow) continue;
    watchFile(file, { interval: LOOK_EVERY_MS }, async ({ size }) => {
      const from = size < seen ? 0 : seen;
      seen = size;
      await print(file, from, prefix(one));
    });
  }
}

async function ofOrder(folder: string, orderId: string, chosen: readonly string[]): Promise<void> {
  for (const { time, process: name, text } of await linesOfOrder(folder, orderId))
    if (chosen.includes(name)) process.stdout.write(`${time}  ${name.padEnd(14)} ${text}\n`);
}

/** Prints from this byte on. @returns the byte after the last one printed */
async function print(file: string, from: number, prefix: string): Promise<number> {
  const end = statSync(file).size;
  if (end <= from) return end;
  const lines = createInterface({ input: createReadStream(file, { start: from, end: end - 1 }) });
  for await (const line of lines) process.stdout.write(`${prefix}${line}\n`);
  return end;
}
