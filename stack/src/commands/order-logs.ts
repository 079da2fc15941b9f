import { createReadStream, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';

/** One line of a process's log. */
export interface LogLine {
  /** ISO 8601. */
  readonly time: string;
  readonly process: string;
  readonly text: string;
}

/** Fields that every line has, or that say what is known already. */
const NOT_SHOWN = new Set([
  'level',
  'time',
  'pid',
  'hostname',
  'msg',
  'service',
  'name',
  'orderId',
  'subject',
  'trace_id',
]);

/** What all processes logged of an order, by time. Lines that are no JSON have no time and are left out. */
export async function linesOfOrder(folder: string, orderId: string): Promise<LogLine[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.log'));
  const all = await Promise.all(files.map((file) => linesIn(join(folder, file), orderId)));
  return all.flat().sort((a, b) => a.time.localeCompare(b.time));
}

async function linesIn(file: string, orderId: string): Promise<LogLine[]> {
  const found: LogLine[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (!line.startsWith('{') || !line.includes(orderId)) continue;
    const entry = parsed(line);
    if (entry) found.push({ time: timeOf(entry.time), process: basename(file, '.log'), text: textOf(entry) });
  }
  return found;
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** pino writes milliseconds, or ISO 8601 where it is told to. */
const timeOf = (time: unknown): string => new Date(typeof time === 'number' ? time : String(time)).toISOString();

function textOf({ msg, ...rest }: Record<string, unknown>): string {
  const fields = Object.entries(rest)
    .filter(([name]) => !NOT_SHOWN.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [msg, ...fields].join(' ');
}
