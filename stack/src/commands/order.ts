import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Order, TimelineEntry } from '@orderflow/contracts';
import pc from 'picocolors';
import type { Client } from '../client.ts';
import { StackError } from '../errors.ts';
import { dataDirOf } from '../paths.ts';
import { isRunning } from '../processes/identity.ts';
import { readRunRecord } from '../processes/run-record.ts';
import { consoleReport, type Report } from '../report.ts';
import { type LogLine, linesOfOrder } from './order-logs.ts';
import { type Place, placesOn } from './running.ts';
import { type ApiFlags, asStaff } from './staff.ts';

type Xray = Awaited<ReturnType<Client['ops']['orders']['xray']['query']>>;
type XrayEvent = Xray['events'][number];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** One order whole: its state, its timeline, every event with what each worker did with it, and what the logs say. */
export async function order(given: string, flags: ApiFlags & { json?: boolean }): Promise<void> {
  const places = flags.url === undefined ? placesOn(flags.data) : [];
  const seen = await asStaff({ ...flags, data: askedFirst(places)?.data ?? flags.data }, async (api) => {
    const orderId = await idOf(api, given);
    const [found, timeline, xray] = await Promise.all([
      api.orders.get.query({ orderId }),
      api.orders.timeline.query({ orderId }),
      api.ops.orders.xray.query({ orderId }),
    ]);
    return { order: found, timeline: timeline.entries, xray };
  });
  const lines = await logged(places, seen.order.id);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ ...seen, logs: lines }, null, 2)}\n`);
    return;
  }
  const report = consoleReport();
  showState(seen.order, report);
  showTimeline(seen.timeline, report);
  for (const line of treeOf(seen.xray)) report.line(line);
  if (lines.length > 0) report.line(`\n${pc.bold('Logs')}`);
  for (const { time, process: name, text } of lines) report.line(`${time}  ${name.padEnd(14)} ${text}`);
}

/** Any cell's gateway answers for all of them: the first that lives. */
function askedFirst(places: readonly Place[]): Place | undefined {
  const lives = ({ data }: Place) =>
    readRunRecord(dataDirOf(data))?.processes.some((one) => one.name.startsWith('gateway') && isRunning(one));
  return places.find(lives) ?? places[0];
}

async function logged(places: readonly Place[], orderId: string): Promise<LogLine[]> {
  const folders = places.map(({ data }) => join(dataDirOf(data), 'logs')).filter((folder) => existsSync(folder));
  return (await Promise.all(folders.map((folder) => linesOfOrder(folder, orderId)))).flat();
}

/** @param given an id, or whatever staff's search finds exactly one order by */
async function idOf(api: Client, given: string): Promise<string> {
  if (UUID.test(given)) return given.toLowerCase();
  const { orders, regionsAway = [] } = await api.ops.orders.search.query({ text: given, limit: 5 });
  if (orders.length === 1 && orders[0]) return orders[0].id;
  const unseen = regionsAway.length > 0 ? ` ${regionsAway.join(', ')} did not answer.` : '';
  if (orders.length === 0) throw new StackError(`No order is found by "${given}".${unseen}`);
  throw new StackError(`"${given}" finds several orders: ${orders.map(({ id }) => id).join(', ')}`);
}

function showState(found: Order, { line }: Report): void {
  const { id, status, payment, shipment, total, customerId, attention, region } = found;
  line(`${pc.bold(`Order ${id}`)} of ${customerId}${region === undefined ? '' : `, in ${region}`}`);
  line(`${status} · payment ${payment} · shipment ${shipment} · ${total.amount} ${total.currency} (minor units)`);
  if (attention) line(pc.red(`To be looked at: ${attention}`));
}

function showTimeline(entries: readonly TimelineEntry[], { line }: Report): void {
  line(`\n${pc.bold('Timeline')}`);
  for (const { at, type, text } of entries) line(`${at}  ${type.padEnd(28)} ${text}`);
}

/** Every event under the one that caused it, with what each worker did with it: pure, a line each. */
export function treeOf({ events, notifications }: Xray): string[] {
  const known = new Set(events.map(({ id }) => id));
  const childrenOf = (parent: string | undefined): XrayEvent[] =>
    events.filter(({ causedBy }) => (causedBy !== undefined && known.has(causedBy) ? causedBy : undefined) === parent);
  const branch = (event: XrayEvent, depth: number): string[] => {
    const indent = '  '.repeat(depth);
    return [
      `${event.time}  ${indent}${pc.bold(event.type)} from ${event.source}`,
      ...event.hops.flatMap((hop) => hopLines(hop, `${' '.repeat(event.time.length + 2)}${indent}  `)),
      ...childrenOf(event.id).flatMap((child) => branch(child, depth + 1)),
    ];
  };
  return [
    `\n${pc.bold('Events, each under its cause')}`,
    ...childrenOf(undefined).flatMap((root) => branch(root, 0)),
    ...notifications.map(({ kind, channel, state, at }) => `${at ?? ''}  ${channel}: ${kind}, ${state}`),
  ];
}

function hopLines({ worker, outcome, ms, attempts = 1, reason, calls }: XrayEvent['hops'][number], indent: string) {
  const detail = [ms !== undefined && `${ms} ms`, attempts > 1 && `attempt ${attempts}`, reason].filter(Boolean);
  return [
    `${indent}${worker}: ${outcome}${detail.length > 0 ? ` (${detail.join(', ')})` : ''}`,
    ...calls.map(
      (call) =>
        `${indent}  ${call.to} ${call.operation}: ${call.outcome}, ${call.ms} ms${call.error ? ` (${call.error})` : ''}`,
    ),
  ];
}
