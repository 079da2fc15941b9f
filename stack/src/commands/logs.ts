import { createReadStream, existsSync, readdirSync, statSync, watchFile } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { StackError } from '../errors.ts';
import { dataDirOf } from '../paths.ts';
import { cellDirOf, regionsOn } from '../processes/run-record.ts';
import { linesOfOrder } from './order-logs.ts';

const LOOK_EVERY_MS = 300;

/** Prints the logs of all processes, or of one and its replicas, each line with its process's name. */
export async function logs(
  name: string | undefined,
  flags: { follow?: boolean; order?: string; data: string },
): Promise<void> {
  const all = logsOn(dataDirOf(flags.data));
  const names = all.map((one) => one.shown);
  const chosen = all.filter(
    (one) => name === undefined || one.shown === name || one.name === name || one.name.startsWith(`${name}.`),
  );
  if (chosen.length === 0) {
    const known =
      names.length === 0 ? `nothing has run on ${dataDirOf(flags.data)} yet` : `there are ${names.join(', ')}`;
    throw new StackError(`No log${name ? ` of "${name}"` : ''}: ${known}.`);
  }
  if (flags.order !== undefined) return ofOrder(flags.order, chosen);
  const width = Math.max(14, ...chosen.map(({ shown }) => shown.length));
  const prefix = (shown: string) => (chosen.length > 1 ? `${shown.padEnd(width)} ` : '');
  for (const { file, shown: one } of chosen) {
    let seen = await print(file, 0, prefix(one));
    if (!flags.follow) continue;
    watchFile(file, { interval: LOOK_EVERY_MS }, async ({ size }) => {
      const from = size < seen ? 0 : seen;
      seen = size;
      await print(file, from, prefix(one));
    });
  }
}

interface Log {
  /** The process's. */
  readonly name: string;
  /** With the region where there are cells: `eu-1/payment`. */
  readonly shown: string;
  readonly folder: string;
  readonly file: string;
}

/** Of the stack on a data directory, and of its cells. */
function logsOn(dataDir: string): Log[] {
  const cells = regionsOn(dataDir).map((region) => ({ dataDir: cellDirOf(dataDir, region), prefix: `${region}/` }));
  return [{ dataDir, prefix: '' }, ...cells].flatMap((place) => {
    const folder = join(place.dataDir, 'logs');
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.log')) : [];
    return files.map((file) => {
      const name = basename(file, '.log');
      return { name, shown: `${place.prefix}${name}`, folder, file: join(folder, file) };
    });
  });
}

async function ofOrder(orderId: string, chosen: readonly Log[]): Promise<void> {
  const folders = [...new Set(chosen.map(({ folder }) => folder))];
  const all = await Promise.all(
    folders.map(async (folder) =>
      (await linesOfOrder(folder, orderId)).map((line) => ({
        ...line,
        log: chosen.find((one) => one.folder === folder && one.name === line.process),
      })),
    ),
  );
  for (const { time, log, text } of all.flat().sort((a, b) => a.time.localeCompare(b.time)))
    if (log) process.stdout.write(`${time}  ${log.shown.padEnd(14)} ${text}\n`);
}

/** Prints from this byte on. @returns the byte after the last one printed */
async function print(file: string, from: number, prefix: string): Promise<number> {
  const end = statSync(file).size;
  if (end <= from) return end;
  const lines = createInterface({ input: createReadStream(file, { start: from, end: end - 1 }) });
  for await (const line of lines) process.stdout.write(`${prefix}${line}\n`);
  return end;
}
