import { describe, expect, test } from 'vitest';
import type { Sent } from './requests.ts';
import { problemWith } from './response-check.ts';

const SECRET = 'a secret of thirty-two characters';
const THEIRS = '01a20590-0222-7525-90fb-dcdc4c63fe02';
const known = {
  marks: ['victim@example.org'],
  others: [THEIRS],
  target: { url: 'http://127.0.0.1', secrets: { tokenSecret: SECRET } as never },
};
const sent = (over: Partial<Sent> = {}): Sent => ({
  who: 'customer',
  about: 'orders.get',
  method: 'GET',
  path: '/trpc/orders.get',
  headers: {},
  ...over,
});
const about = (over: Partial<Sent>, status: number | undefined, body: unknown, type = 'application/json') =>
  problemWith(sent(over), { status, type, text: typeof body === 'string' ? body : JSON.stringify(body) }, known);
const refusal = (httpStatus: number, reason: string, more: object = {}) => ({
  error: { message: 'No', code: -32_000, data: { code: 'X', httpStatus, reason, ...more } },
});

describe('nothing is said against', () => {
  test.each([
    ['an answer', {}, 200, { result: { data: 1 } }],
    ['a refusal with its field', {}, 400, refusal(400, 'INVALID_INPUT', { field: 'orderId' })],
    ['a refusal that needs none', {}, 404, refusal(404, 'ORDER_NOT_FOUND')],
    ['a provider that is away', {}, 503, refusal(503, 'PROVIDER_UNAVAILABLE')],
    ['a webhook that is to come again', { about: 'webhooks/stripe' }, 503, { error: { message: 'Try again' } }],
    ['a webhook whose field is named', { about: 'webhooks/stripe' }, 400, { error: { message: 'No', field: 'id' } }],
    ['a batch', { path: '/trpc/a,b?batch=1' }, 207, [{ result: {} }, refusal(404, 'ORDER_NOT_FOUND')]],
    ["staff who read somebody's order", { who: 'staff' as const }, 200, 'victim@example.org'],
    ['a connection that was closed', { about: 'bytes' }, undefined, ''],
    ['a process that is not ready', { path: '/health/ready' }, 503, { ready: false }],
  ])('%s', (_, over, status, body) => {
    expect(about(over, status, body)).toBeUndefined();
  });
});

describe('it is said of', () => {
  const invalid = refusal(400, 'INVALID_INPUT');
  test.each([
    ['an error on our side', {}, 500, refusal(500, 'INTERNAL'), 'answers 500'],
    ['one in a batch', { path: '/trpc/a,b?batch=1' }, 207, [{ result: {} }, refusal(500, 'INTERNAL')], 'answers 500'],
    ['one to bytes', { about: 'bytes' }, 502, 'HTTP/1.1 502 Bad Gateway', 'answers 502'],
    ['one that is no JSON', {}, 500, 'Internal Server Error', 'answers 500: Internal Server Error'],
    ['a 503 for anything else', {}, 503, refusal(503, 'INTERNAL'), 'answers 503 for INTERNAL'],
    ['an input whose field is not named', {}, 400, invalid, 'refuses an input without naming the field'],
    [
      'a webhook whose field is not',
      {},
      400,
      { error: { message: 'No' } },
      'refuses an input without naming the field',
    ],
    ['a refusal in other words', {}, 400, { statusCode: 400, message: 'No' }, 'refuses in words of its own'],
    ['a stack', {}, 400, 'Error: x\n    at f (/app/src/x.ts:1:2)', 'shows its insides: at f (/app/src/x.ts:1'],
    ['an error of a library', {}, 200, { message: 'ZodError' }, 'shows its insides: ZodError'],
    ['an address inside', {}, 200, 'mongodb://user:pass@host', 'shows its insides: mongodb://'],
    ['a secret', {}, 200, { token: SECRET }, 'shows a secret'],
    ["somebody else's order", {}, 200, { email: 'victim@example.org' }, "shows somebody else's order"],
    [
      "somebody else's document",
      { about: 'document', path: `/invoices/${THEIRS}.pdf` },
      200,
      '%PDF',
      "shows somebody else's document",
    ],
  ])('%s', (_, over, status, body, complaint) => {
    expect(about(over, status, body)).toBe(complaint);
  });

  test('a refusal within a stream', () => {
    const event = (data: object) => `event: serialized-error\ndata: ${JSON.stringify(data)}\n\n`;
    expect(about({}, 200, event(invalid.error), 'text/event-stream')).toBe('refuses an input without naming the field');
    const named = refusal(400, 'INVALID_INPUT', { field: 'orderId' });
    expect(about({}, 200, event(named.error), 'text/event-stream')).toBeUndefined();
  });
});
