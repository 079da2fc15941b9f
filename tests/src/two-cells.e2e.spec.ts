import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { auditReportSchema } from '@orderflow/contracts';
import { eventually } from '@orderflow/runtime/testing';
import {
  apiClient,
  type Client,
  inMemory,
  nodeCache,
  type RunningCells,
  startCells,
  type TemporaryDataDir,
  temporaryDataDir,
} from '@orderflow/stack';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { orderOf, reaches } from './shop.ts';
import { AUDIT_EVERY_MS, FROM_ONE_ADDRESS } from './system.ts';

const MAIN = fileURLToPath(new URL('../../stack/src/main.ts', import.meta.url));

let data: TemporaryDataDir;
let shop: RunningCells;
/** As the customer ada, at eu-1's gateway and at us-1's. */
let eu: Client;
let us: Client;

beforeAll(async () => {
  data = await temporaryDataDir(inMemory());
  const id = randomUUID().slice(0, 8);
  shop = await startCells({
    regions: ['eu-1', 'us-1'],
    dataDir: data.path,
    ephemeral: true,
    given: inject('infrastructure'),
    vhost: `e2e-${id}`,
    databasePrefix: `e2e_${id}_`,
    retryDelaysMs: [50, 100, 200],
    emulators: { carrierSpeed: 500_000 },
    env: { LOG_LEVEL: 'warn', DEADLINES_EVERY_MS: '500', SEND_SETTLE_MS: '500', REGION_TIMEOUT_MS: '3000' },
    envFor: {
      // Long enough to cancel in.
      gateway: { CANCEL_WINDOW_SECONDS: '600', ...FROM_ONE_ADDRESS },
      auditor: { GRACE_SECONDS: '5' },
    },
  });
  const clientAt = async (region: string) => {
    const cell = shop.cell(region);
    return apiClient(cell.addresses.api, await cell.token({ customer: 'ada' }));
  };
  [eu, us] = await Promise.all([clientAt('eu-1'), clientAt('us-1')]);
});
afterAll(async () => {
  await shop?.close();
  data?.delete();
});

const NEW_YORK = {
  name: 'Ada',
  line1: '1 Broadway',
  postalCode: '10004',
  city: 'New York',
  region: 'NY',
  country: 'US',
};

/** Of both cells, as whoever operates them asks for it. */
const audited = (of: readonly string[], ORDERFLOW_TOKEN = '') =>
  new Promise<{ report: unknown; status: number | undefined }>((resolve, reject) => {
    const env = { PATH: process.env.PATH, ORDERFLOW_TOKEN, ...nodeCache() };
    const child = execFile(process.execPath, [MAIN, 'audit', ...of, '--json'], { env }, (_, out) => {
      if (out === '') reject(new Error('the audit says nothing'));
      else resolve({ report: JSON.parse(out), status: child.exitCode ?? undefined });
    });
  });

test('one customer’s orders in two cells are one list and one audit, whichever gateway is asked, until one dies', async () => {
  const { order: atHome } = await eu.orders.place.mutate(orderOf());
  const abroad = orderOf({ address: NEW_YORK });
  const { order: away } = await eu.orders.place.mutate(abroad);
  expect([atHome.region, away.region]).toEqual(['eu-1', 'us-1']);

  await Promise.all([reaches(us, atHome.id, 'confirmed'), reaches(eu, away.id, 'confirmed')]);
  for (const api of [eu, us]) {
    const { orders } = await api.orders.list.query({});
    expect(orders.map(({ id }) => id)).toEqual([away.id, atHome.id]);
  }

  await eu.orders.cancel.mutate({ orderId: away.id });
  await reaches(us, away.id, 'cancelled');
  const { report, status } = await eventually(
    'both cells’ books are green',
    async () => {
      const found = await audited(['--data', data.path]);
      return auditReportSchema.parse(found.report).green && found;
    },
    30_000,
    AUDIT_EVERY_MS,
  );
  expect(status).toBe(0);
  expect(report).toMatchObject({ orders: 2, violations: [] });

  const apis = [...shop.cells.values()].map(({ addresses }) => addresses.api);
  const sam = await shop.cell('us-1').token({ staff: 'sam' });
  const fromElsewhere = () =>
    audited(
      apis.flatMap((api) => ['--url', api]),
      sam,
    );
  expect((await fromElsewhere()).report).toMatchObject({ green: true, orders: 2 });

  await shop.cell('us-1').kill('gateway');
  expect(await fromElsewhere()).toMatchObject({ report: { green: false, regionsAway: [apis[1]] }, status: 2 });
  const unreachable = { data: { httpStatus: 503, reason: 'REGION_UNAVAILABLE' } };
  await expect(eu.orders.get.query({ orderId: away.id })).rejects.toMatchObject(unreachable);
  await expect(eu.orders.place.mutate(orderOf({ address: NEW_YORK }))).rejects.toThrow(
    'The region us-1 cannot be reached, and nothing was done',
  );
  const { order: another } = await eu.orders.place.mutate(orderOf());
  await reaches(eu, another.id, 'confirmed');
  const listed = await eu.orders.list.query({});
  expect(listed.regionsAway).toEqual(['us-1']);
  expect(listed.orders.map(({ id }) => id)).toEqual([another.id, atHome.id]);

  await shop.cell('us-1').restart('gateway');
  expect((await eu.orders.list.query({})).orders.map(({ id }) => id)).toEqual([another.id, away.id, atHome.id]);
  // Whoever sends it again, at either gateway, gets the order that there is.
  for (const api of [eu, us]) expect((await api.orders.place.mutate(abroad)).order.id).toBe(away.id);
});
