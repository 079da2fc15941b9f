import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncApiOf, auditReportSchema, type WorkerDefinition, xrayOutput } from '@orderflow/contracts';
import { ConfigError, noteSettings, readConfig } from '@orderflow/runtime';
import { eventually } from '@orderflow/runtime/testing';
import mongoose, { type Connection } from 'mongoose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { storeHistories } from '../testing/audit-fixture.ts';
import { choreographyOfTree } from '../testing/choreography.ts';
import { OrderHistoryBuilder } from '../testing/order-history-builder.ts';
import { definitionsFrom } from './choreography.ts';
import { auditorEnv } from './config.ts';
import { collectionsOf } from './sources.ts';
import { type RunningAuditor, startAuditor } from './start-auditor.ts';

const SECRET = 'a-secret-of-the-auditor';
const prefix = `auditor_http_${randomBytes(4).toString('hex')}_`;
let connection: Connection;
let auditor: RunningAuditor;
let folder: string;
let history: OrderHistoryBuilder;
let env: Record<string, string>;

beforeAll(async () => {
  const { mongodbUri, amqpUrl, managementUrl } = inject('infrastructure');
  connection = await mongoose.createConnection(mongodbUri).asPromise();
  const choreography = await choreographyOfTree();
  history = new OrderHistoryBuilder(choreography, new Date(Date.now() - 600_000)).delivered();
  await storeHistories(collectionsOf(connection, prefix, choreography), [history]);
  folder = await mkdtemp(join(tmpdir(), 'auditor-'));
  const CHOREOGRAPHY = join(folder, 'asyncapi.json');
  await writeFile(CHOREOGRAPHY, JSON.stringify(asyncApiOf(choreography as readonly WorkerDefinition[])));
  env = {
    MONGODB_URI: mongodbUri,
    DATABASE_PREFIX: prefix,
    AMQP_URL: amqpUrl,
    RABBITMQ_MANAGEMENT_URL: managementUrl,
    AUDITOR_SECRET: SECRET,
    PORT: '0',
    LOG_LEVEL: 'silent',
    CHOREOGRAPHY,
  };
  auditor = await startAuditor(readConfig(auditorEnv, env));
});
afterAll(async () => {
  await auditor.stop();
  for (const service of ['gateway', 'inventory', 'payment', 'delivery', 'notification']) {
    await connection.useDb(`${prefix}${service}`, { useCache: true }).dropDatabase();
  }
  await connection.close();
  await rm(folder, { recursive: true });
});

const call = (path: string, { body, secret = SECRET }: { body?: unknown; secret?: string } = {}) =>
  fetch(`${auditor.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${secret}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

describe('given an auditor that runs', () => {
  it('it audits by itself, and gives its latest report', async () => {
    const report = await eventually('a report', async () => {
      const response = await call('/report');
      return response.ok && auditReportSchema.parse(await response.json());
    });
    expect(report).toMatchObject({ green: true, orders: 1 });
  });

  it.each(['full', 'changed'] as const)('it makes a %s audit when asked', async (scope) => {
    const asked = await call('/audits', { body: { scope } });
    expect(asked.status).toBe(202);
    const report = await eventually('its report', async () => {
      const response = await call(asked.headers.get('location') as string);
      return response.status === 200 && auditReportSchema.parse(await response.json());
    });
    expect(report).toMatchObject({ green: true, scope });
  });

  it('it knows of no audit that nobody asked for', async () => {
    expect((await call(`/audits/${crypto.randomUUID()}`)).status).toBe(404);
  });

  it('it shows the X-ray of an order, and none of an unknown one', async () => {
    const response = await call(`/orders/${history.orderId}/xray`);
    expect(xrayOutput.parse(await response.json()).orderId).toBe(history.orderId);
    expect((await call(`/orders/${crypto.randomUUID()}/xray`)).status).toBe(404);
  });

  it('it names the workers whose circuit is open, and not of one that a crash left behind', async () => {
    const circuits = connection.useDb(`${prefix}payment`, { useCache: true }).collection('circuits');
    const open = { worker: 'payment', dependency: 'stripe', since: new Date(), at: new Date() };
    const left = { ...open, worker: 'delivery', at: new Date(Date.now() - 600_000) };
    await circuits.insertMany([open, left]);
    expect(await (await call('/circuits')).json()).toEqual({ circuitsOpen: ['payment'] });
    await circuits.deleteMany({});
    expect(await (await call('/circuits')).json()).toEqual({ circuitsOpen: [] });
  });

  it('it tells which settings differ between services, its own among them', async () => {
    const services = { payment: { CAPTURE_MARGIN_SECONDS: 60 }, gateway: { PAYMENT_ATTEMPTS: 5 } };
    for (const [service, settings] of Object.entries(services)) {
      const database = connection.useDb(`${prefix}${service}`, { useCache: true });
      await noteSettings(database, service, settings);
    }
    expect(await (await call('/settings')).json()).toEqual({
      settings: [
        {
          setting: 'CAPTURE_MARGIN_SECONDS',
          values: [
            { service: 'auditor', value: 43_200 },
            { service: 'payment', value: 60 },
          ],
        },
      ],
    });
  });

  it('it judges what redriving would do', async () => {
    const deadLetter = { worker: 'payment', eventId: 'new', orderId: history.orderId, type: 'inventory.reserved' };
    const response = await call('/verdicts', { body: { letters: [deadLetter] } });
    expect(await response.json()).toEqual({ verdicts: ['order_finished'] });
  });

  it.each(['/report', '/audits', '/audits/x', '/orders/x/xray', '/circuits', '/verdicts'])(
    '%s is not for those without the secret',
    async (path) => {
      const post = path === '/audits' || path === '/verdicts';
      expect((await call(path, { secret: 'another', ...(post ? { body: {} } : {}) })).status).toBe(401);
    },
  );

  it.each([
    ['/audits', { scope: 'some' }],
    ['/verdicts', {}],
    ['/verdicts', { letters: [{ worker: 1 }] }],
  ])('%s with bad input is refused and says why', async (path, body) => {
    const response = await call(path, { body });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: { message: string } }).error.message).toMatch(/scope|letters|worker/);
  });

  it('its health and its metrics are for all', async () => {
    expect(await (await fetch(`${auditor.url}/health/live`)).json()).toEqual({ live: true });
    await eventually('it is ready', async () => (await fetch(`${auditor.url}/health/ready`)).ok);
    const metrics = await eventually('metrics of an audit', async () => {
      const text = await (await fetch(`${auditor.url}/metrics`)).text();
      return text.includes('orderflow_audit_orders') && text;
    });
    expect(metrics).toContain('orderflow_audit_violations{check="stock.held-is-sum-of-holds"');
  });
});

describe('given a bad environment', () => {
  it('a path that leads to no choreography stops the start and names the variable', async () => {
    const config = readConfig(auditorEnv, { ...env, CHOREOGRAPHY: join(folder, 'none.json') });
    await expect(startAuditor(config)).rejects.toThrow(ConfigError);
    await expect(startAuditor(config)).rejects.toThrow('CHOREOGRAPHY is');
  });

  it('all variables at fault are named, and no secret', () => {
    const bad = () => readConfig(auditorEnv, { ...env, AUDITOR_SECRET: 'short', GRACE_SECONDS: 'soon' });
    expect(bad).toThrow('AUDITOR_SECRET is (hidden); it must be a secret of at least 16 characters');
    expect(bad).toThrow('GRACE_SECONDS is "soon"; it must be a whole number');
  });
});

it('the document that is generated from the definitions tells the same as they do', async () => {
  const choreography = await choreographyOfTree();
  const read = definitionsFrom(JSON.parse(JSON.stringify(asyncApiOf(choreography as readonly WorkerDefinition[]))));

  const facts = (of: typeof read) =>
    of
      .map(({ name, hears, says }) => [name, hears.map(({ type }) => type).sort(), says.map(({ type }) => type).sort()])
      .sort();
  expect(facts(read)).toEqual(facts(choreography));
});
