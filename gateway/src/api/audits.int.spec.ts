import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { AuditReport } from '@orderflow/contracts';
import { startWorkerFixture, type WorkerFixture } from '@orderflow/runtime/testing';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { RunningGateway } from '../start-gateway.ts';
import { clientOf, rawCall } from '../testing/client.ts';
import { testGateway, tokenOf } from '../testing/processes.ts';

const AUDITOR_SECRET = 'an auditor secret of the tests';

let workers: WorkerFixture;
let gateway: RunningGateway;
let auditor: Server;
/** What the auditor answers, by method and path; everything else is 404. */
let answers: Record<string, { status?: number; body: unknown }> = {};
let asked: { call: string; authorization: string | undefined; body: string }[] = [];
let carol: string;
let audits: ReturnType<typeof clientOf>['ops']['audits'];

const callOf = ({ method, url }: IncomingMessage) => `${method} ${url}`;

beforeAll(async () => {
  const infrastructure = inject('infrastructure');
  workers = await startWorkerFixture(infrastructure);
  auditor = createServer(async (request, response) => {
    const call = callOf(request);
    asked.push({ call, authorization: request.headers.authorization, body: await text(request) });
    const { status = 200, body } = answers[call] ?? { status: 404, body: {} };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => auditor.once('listening', resolve));
  gateway = await testGateway(workers, infrastructure, {
    AUDITOR_URL: `http://127.0.0.1:${(auditor.address() as AddressInfo).port}`,
    AUDITOR_SECRET,
  });
  await gateway.ready;
  carol = await tokenOf('carol', 'staff');
  audits = clientOf(gateway.url, carol).ops.audits;
});
afterEach(() => {
  answers = {};
  asked = [];
});
afterAll(async () => {
  await gateway?.stop();
  auditor?.close();
  await workers?.close();
});

const id = randomUUID();
const report: AuditReport = {
  green: true,
  startedAt: new Date().toISOString(),
  ms: 12,
  scope: 'full',
  orders: 3,
  checks: [],
  violations: [],
};

describe('ops.audits.start', () => {
  test.each([
    ['everything, unless told otherwise', undefined, 'full'],
    ['what has changed', { scope: 'changed' } as const, 'changed'],
  ])('has the auditor audit %s, on record', async (_, input, scope) => {
    answers = { 'POST /audits': { status: 202, body: { id } } };
    expect(await audits.start.mutate(input)).toEqual({ id });
    const authorization = `Bearer ${AUDITOR_SECRET}`;
    expect(asked).toEqual([{ call: 'POST /audits', authorization, body: JSON.stringify({ scope }) }]);
    const entries = await workers.database.collection('audit').find({ subject: 'audit' }).sort({ _id: -1 }).toArray();
    expect(entries[0]).toMatchObject({ actor: 'staff:carol', action: 'ops.audits.start', outcome: 'done' });
  });

  test.each([
    ['does not know how', 404, {}],
    ['fails', 500, {}],
    ['talks nonsense', 202, { nonsense: true }],
  ])('says so when the auditor %s', async (_, status, body) => {
    answers = { 'POST /audits': { status, body } };
    const answer = await rawCall(gateway.url, 'ops.audits.start', {}, { token: carol });
    expect(answer).toMatchObject({ status: 503, error: { reason: 'AUDITOR_UNAVAILABLE' } });
  });

  test('refuses another scope, naming the field', async () => {
    const answer = await rawCall(gateway.url, 'ops.audits.start', { scope: 'some' }, { token: carol });
    expect(answer).toMatchObject({ status: 400, error: { reason: 'INVALID_INPUT', field: 'scope' } });
    expect(asked).toEqual([]);
  });
});

describe('ops.audits.get', () => {
  test('has no report while the audit waits or runs, then the report', async () => {
    answers = { [`GET /audits/${id}`]: { status: 202, body: { id } } };
    expect(await audits.get.query({ id })).toEqual({ id });
    answers = { [`GET /audits/${id}`]: { body: report } };
    expect(await audits.get.query({ id })).toEqual({ id, report });
  });

  test.each([
    ['the auditor does not know (any more)', randomUUID(), 404, 'UNKNOWN_AUDIT'],
    ['is no id', '../report', 400, 'INVALID_INPUT'],
  ])('of an audit that %s is refused, naming the field', async (_, unknown, status, reason) => {
    const answer = await rawCall(gateway.url, 'ops.audits.get', { id: unknown }, { token: carol, method: 'GET' });
    expect(answer).toMatchObject({ status, error: { reason, field: 'id' } });
  });

  test('of one that came to no end says that the auditor could not', async () => {
    answers = { [`GET /audits/${id}`]: { status: 503, body: { error: { message: 'The books cannot be read now' } } } };
    const answer = await rawCall(gateway.url, 'ops.audits.get', { id }, { token: carol, method: 'GET' });
    expect(answer).toMatchObject({ status: 503, error: { reason: 'AUDITOR_UNAVAILABLE' } });
  });
});

test.each([
  ['ops.audits.start', {}, 'POST'],
  ['ops.audits.get', { id }, 'GET'],
] as const)('%s is for staff only', async (procedure, input, method) => {
  const alice = await tokenOf('alice');
  const customer = await rawCall(gateway.url, procedure, input, { token: alice, method });
  const nobody = await rawCall(gateway.url, procedure, input, { method });
  expect(customer).toMatchObject({ status: 403, error: { reason: 'FORBIDDEN' } });
  expect(nobody).toMatchObject({ status: 401, error: { reason: 'UNAUTHENTICATED' } });
  expect(asked).toEqual([]);
});
