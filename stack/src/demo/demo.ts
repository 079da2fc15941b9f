import pc from 'picocolors';
import { apiClient } from '../client.ts';
import { messageOf } from '../errors.ts';
import type { Report } from '../report.ts';
import type { Stack } from '../stack.ts';
import { type Result, walk } from './journey.ts';
import { setSwitches } from './outside.ts';
import { sendRubbish } from './rubbish.ts';
import { scenarios } from './scenarios.ts';

/** Places the orders of the demo side by side, and a rubbish message between them. @returns how each went */
export async function placeOrders(stack: Stack, report: Report): Promise<Result[]> {
  const { addresses } = stack;
  const client = apiClient(addresses.api, await stack.token({ customer: 'demo' }));
  const staff = apiClient(addresses.api, await stack.token({ staff: 'demo' }));
  const orders = scenarios(addresses, { customer: client, staff });
  report.line(`Placing ${orders.length} orders and a rubbish message through ${addresses.api}`);
  const since = Date.now();
  try {
    const walks = orders.map((scenario) => walk(scenario, client, report, since));
    return await Promise.all([...walks, rubbish(addresses.amqp)]);
  } finally {
    if (addresses.carrier) await setSwitches(addresses.carrier, { failNext: 0, match: '' });
  }
}

async function rubbish(amqpUrl: string): Promise<Result> {
  const from = Date.now();
  const result = { title: 'Rubbish message', expected: 'in a dead-letter queue' };
  try {
    return { ...result, seen: `in ${await sendRubbish(amqpUrl)}`, ms: Date.now() - from };
  } catch (error) {
    return { ...result, seen: 'not dead-lettered', problem: messageOf(error), ms: Date.now() - from };
  }
}

/** The table of expected against seen. @returns whether everything went as expected */
export function showSummary(results: readonly Result[], report: Report): boolean {
  report.line('');
  const width = Math.max(...results.map(({ expected }) => expected.length));
  report.line(`  ${'Order'.padEnd(22)} ${'expected'.padEnd(width)}  seen`);
  for (const { title, expected, seen, problem, ms } of results) {
    const mark = problem === undefined ? pc.green('✓') : pc.red('✗');
    const verdict = seen === expected ? 'the same' : seen;
    const seconds = `${(ms / 1000).toFixed(1)} s`;
    report.line(`${mark} ${title.padEnd(22)} ${expected.padEnd(width)}  ${verdict}, ${seconds}`);
    if (problem !== undefined) report.line(`  ${' '.repeat(22)} ${pc.red(problem)}`);
  }
  const right = results.filter(({ problem }) => problem === undefined).length;
  report.line(`${right} of ${results.length} as expected`);
  report.line('');
  return right === results.length;
}
