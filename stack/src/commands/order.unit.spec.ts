import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { treeOf } from './order.ts';
import { linesOfOrder } from './order-logs.ts';

const ORDER = '01a2189b-a9d8-7761-a75f-447f58c0ddf0';
const AT = '2026-11-26T16:06:24.472Z';

test('every event stands under its cause, with what each worker did with it', () => {
  const event = (id: string, type: string, causedBy?: string) => ({
    id,
    type,
    source: '/x',
    time: AT,
    ...(causedBy && { causedBy }),
    hops: [],
  });
  const call = {
    to: 'stripe',
    operation: 'refunds.create',
    at: AT,
    ms: 3,
    outcome: 'failed' as const,
    error: 'no money',
  };
  const handled = { worker: 'payment', outcome: 'retrying' as const, ms: 5, attempts: 2, calls: [call], said: [] };
  const tree = treeOf({
    orderId: ORDER,
    events: [
      event('3', 'c', '2'),
      { ...event('1', 'a'), hops: [handled] },
      event('2', 'b', '1'),
      event('4', 'd', 'gone'),
    ],
    notifications: [],
  });
  expect(tree.map((line) => stripVTControlCharacters(line).replace(AT, '').trimEnd()).slice(1)).toEqual([
    '  a from /x',
    `${' '.repeat(AT.length + 2)}  payment: retrying (5 ms, attempt 2)`,
    `${' '.repeat(AT.length + 2)}    stripe refunds.create: failed, 3 ms (no money)`,
    '    b from /x',
    '      c from /x',
    '  d from /x',
  ]);
});

test("an order's lines of all logs come by time, and what is no JSON is left out", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'logs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const line = (time: number, msg: string, orderId = ORDER) => JSON.stringify({ time, msg, orderId, reason: 'why' });
  writeFileSync(join(folder, 'payment.log'), `${line(2_000, 'second')}\nrubbish ${ORDER}\n{"${ORDER}\n`);
  writeFileSync(join(folder, 'gateway.log'), `${line(1_000, 'first')}\n${line(1_500, 'another', 'other')}\n`);
  expect(await linesOfOrder(folder, ORDER)).toEqual([
    { time: '1970-01-01T00:00:01.000Z', process: 'gateway', text: 'first reason=why' },
    { time: '1970-01-01T00:00:02.000Z', process: 'payment', text: 'second reason=why' },
  ]);
});
