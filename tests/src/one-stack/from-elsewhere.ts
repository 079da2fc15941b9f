import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { auditReportSchema } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import { nodeCache } from '@orderflow/stack';
import { beforeAll, describe, expect, test } from 'vitest';
import { orderOf, reaches } from '../shop.ts';
import { AUDIT_EVERY_MS, type System } from '../system.ts';

const MAIN = fileURLToPath(new URL('../../../stack/src/main.ts', import.meta.url));

export function commandsFromElsewhere(given: () => System): void {
  let system: System;
  let url: string;
  let sam: string;
  beforeAll(async () => {
    system = given();
    url = system.stack.addresses.api;
    sam = await system.stack.token({ staff: 'sam' });
  });

  /** A command as on a machine that knows the system's address, and nothing else of it. */
  function run(
    args: readonly string[],
    ORDERFLOW_TOKEN?: string,
  ): Promise<{ status: number; out: string; err: string }> {
    const env = { PATH: process.env.PATH, NO_COLOR: '1', ...nodeCache(), ...(ORDERFLOW_TOKEN && { ORDERFLOW_TOKEN }) };
    return new Promise((resolve) => {
      const child = execFile(process.execPath, [MAIN, ...args], { env }, (_, out, err) =>
        resolve({ status: child.exitCode ?? -1, out, err }),
      );
    });
  }

  describe('from elsewhere, as staff', () => {
    test('./run audit asks the auditor through the API', async () => {
      const { order } = await system.api.orders.place.mutate(orderOf());
      await reaches(system.api, order.id, 'delivered');
      const report = await eventually(
        'the books are green',
        async () => {
          const { out } = await run(['audit', '--url', url, '--json'], sam);
          const found = auditReportSchema.parse(JSON.parse(out));
          return found.green && found;
        },
        60_000,
        AUDIT_EVERY_MS,
      );
      expect(report).toMatchObject({ scope: 'full', orders: 1, violations: [] });
      const changed = await run(['audit', '--url', `${url}/`, '--changed'], sam);
      expect(changed).toMatchObject({
        status: 0,
        out: expect.stringMatching(/The books are green: 1 orders \(changed\)/),
      });
    });

    test('./run dead-letters lists, inspects and discards', async () => {
      const channel = await system.broker.createConfirmChannel();
      channel.publish('orders', 'order.placed', Buffer.from('{"rubbish":true}'), { messageId: 'rubbish-1' });
      await channel.waitForConfirms();
      const filter = ['--worker', 'inventory', '--event', 'rubbish-1'];
      const listed = await eventually('dead-lettered', async () => {
        const { out } = await run(['dead-letters', '--url', url, ...filter], sam);
        return out.includes('1 dead-lettered.') && out;
      });
      expect(listed).toContain('inventory  order.placed');
      const inspected = await run(['dead-letters', 'inspect', 'inventory', 'rubbish-1', '--url', url], sam);
      expect(JSON.parse(inspected.out)).toMatchObject({ errorClass: 'InvalidEventError', body: { rubbish: true } });
      const dry = await run(['dead-letters', 'discard', '--url', url, ...filter], sam);
      expect(dry.out).toContain('1 match; with --yes 1 of them are discarded.');
      const discarded = await run(
        ['dead-letters', 'discard', '--url', url, ...filter, '--yes', '--reason', 'test'],
        sam,
      );
      expect(discarded).toMatchObject({ status: 0, out: expect.stringContaining('1 of 1 discarded.') });
    });

    test.each(['audit', 'dead-letters'])('./run %s says what is wrong with token and address', async (command) => {
      const customer = await run([command, '--url', url], await system.stack.token({ customer: 'alice' }));
      expect(customer).toMatchObject({ status: 1, err: `The API at ${url} refuses the token: This is for staff\n` });
      const away = await run([command, '--url', 'http://127.0.0.1:1'], sam);
      expect(away).toMatchObject({
        status: 1,
        err: expect.stringContaining('The API at http://127.0.0.1:1 cannot be'),
      });
    });

    test('a token that is missing or forged and an address that is none are said to be that', async () => {
      const nobody = await run(['audit', '--url', url]);
      expect(nobody).toMatchObject({ status: 1, err: expect.stringContaining('ORDERFLOW_TOKEN is not set') });
      const forged = await run(['audit', '--url', url], 'not a token');
      expect(forged).toMatchObject({
        status: 1,
        err: expect.stringContaining(`The API at ${url} refuses the token: `),
      });
      const mistyped = await run(['audit', '--url', '127.0.0.1:4000'], sam);
      expect(mistyped).toMatchObject({
        status: 1,
        err: expect.stringContaining('--url is 127.0.0.1:4000; it must be'),
      });
    });
  });
}
