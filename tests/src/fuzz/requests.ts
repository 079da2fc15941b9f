import { createHmac } from 'node:crypto';
import { METHODS } from 'node:http';
import { scanStatusSchema } from '@orderflow/contracts';
import { signScan } from '@orderflow/emulator-carrier';
import { signEvent } from '@orderflow/emulator-stripe';
import { appRouter } from '@orderflow/gateway';
import fc from 'fast-check';
import type { z } from 'zod';
import { damaged, hostile, hostileText } from './hostile.ts';
import { inputsOf } from './inputs.ts';
import { type Known, WHO, type Who } from './known.ts';

/** One request as it goes over the wire. */
export interface Sent {
  readonly who: Who;
  /** What it tries, for the figures: a procedure, a webhook, `document`, `http`, `bytes`. */
  readonly about: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Written to the socket as it is; nothing else counts then. */
  readonly bytes?: string;
}

interface Procedure {
  readonly path: string;
  readonly type: string;
  readonly input: z.ZodType | undefined;
}

/** As tRPC keeps them at run time: by their whole path, whatever its types say of routers in routers. */
type Registered = Record<string, { readonly _def: { readonly type: string; readonly inputs: readonly z.ZodType[] } }>;

/** All procedures that the router has. */
export const procedures: readonly Procedure[] = Object.entries(appRouter._def.procedures as unknown as Registered).map(
  ([path, { _def }]) => ({ path, type: _def.type, input: _def.inputs[0] }),
);

interface Described extends Procedure {
  /** Inputs as its schema wants them. */
  readonly good: fc.Arbitrary<unknown>;
}

/** The emulator's; where another signs, its webhooks are refused, which is looked at too. */
const TWILIO_TOKEN = 'orderflow_emulator_token';

/** Requests of every kind, each of them made by somebody. */
export function requestsOf(known: Known): fc.Arbitrary<Sent> {
  const described = procedures.map((procedure) => ({
    ...procedure,
    good: procedure.input ? inputsOf(procedure.input, known) : fc.constant({}),
  }));
  const calls = described.map((procedure) => callsOf(procedure, known));
  return fc.oneof(
    { weight: 14, arbitrary: fc.oneof(...calls) },
    { weight: 1, arbitrary: batches(described, known) },
    { weight: 3, arbitrary: webhooks(known) },
    { weight: 1, arbitrary: documents(known) },
    { weight: 1, arbitrary: pages(known) },
    { weight: 1, arbitrary: rawBytes },
  );
}

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());
/** Header values hold no other characters, or Node would not send them. */
const headerSafe = (text: string): string => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?').slice(0, 4_000);

const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          'accept',
          'accept-encoding',
          'authorization',
          'content-encoding',
          'content-type',
          'cookie',
          'if-none-match',
          'last-event-id',
          'origin',
          'range',
          'traceparent',
          'trpc-accept',
          'trpc-batch-mode',
          'x-forwarded-for',
          'x-http-method-override',
          'x-trpc-source',
        ),
        fc.oneof(
          hostileText.map(headerSafe),
          fc.constantFrom(
            'text/event-stream',
            'application/jsonl',
            'application/x-www-form-urlencoded',
            'multipart/form-data',
            'application/octet-stream',
            'gzip',
            'Bearer',
            'Bearer x.y.z',
            'Basic YTpi',
            '00-00000000000000000000000000000000-0000000000000000-00',
            'http://evil.example',
          ),
        ),
      )
      .map(([name, value]) => ({ [name]: value })),
  },
);

const bearer = (known: Known, who: Who): Record<string, string> => {
  const token = known.tokens[who];
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
};

/** What stands where the input should: good, damaged, anything, or no JSON. */
function texts(good: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const asJson = (value: unknown) => JSON.stringify(value) ?? '';
  return fc.oneof(
    { weight: 4, arbitrary: good.map(asJson) },
    { weight: 8, arbitrary: damaged(good).map(asJson) },
    { weight: 2, arbitrary: hostile.map(asJson) },
    { weight: 1, arbitrary: hostileText },
    { weight: 1, arbitrary: good.map((value) => asJson(value).slice(0, -1)) },
  );
}

function callsOf(procedure: Described, known: Known): fc.Arbitrary<Sent> {
  const usual = procedure.type === 'mutation' ? 'POST' : 'GET';
  return fc
    .record({
      who: fc.constantFrom(...WHO),
      text: texts(procedure.good),
      method: fc.oneof(
        { weight: 9, arbitrary: fc.constant(usual) },
        { weight: 1, arbitrary: fc.constantFrom('GET', 'POST') },
      ),
      headers: oddHeaders,
      params: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: hostile }),
    })
    .map(({ who, text, method, headers, params }): Sent => {
      const query = [
        ...(method === 'GET' ? [`input=${encoded(text)}`] : []),
        ...(params === undefined ? [] : [`connectionParams=${encoded(JSON.stringify(params) ?? '')}`]),
      ];
      return {
        who,
        about: procedure.path,
        method,
        path: `/trpc/${procedure.path}${query.length > 0 ? `?${query.join('&')}` : ''}`,
        headers: { 'content-type': 'application/json', ...bearer(known, who), ...headers },
        ...(method === 'POST' && { body: text }),
      };
    });
}

/** Several calls in one request, queries and mutations mixed. */
function batches(described: readonly Described[], known: Known): fc.Arbitrary<Sent> {
  const inputs = (of: readonly Described[]) =>
    fc.oneof(...of.map(({ path, good }) => damaged(good).map((input) => ({ path, input }))));
  // tRPC refuses a batch of queries and mutations as a whole.
  const one = fc.oneof(
    { weight: 5, arbitrary: inputs(described.filter(({ type }) => type === 'query')) },
    { weight: 1, arbitrary: inputs(described) },
  );
  return fc
    .record({
      who: fc.constantFrom(...WHO),
      calls: fc.oneof(
        { weight: 5, arbitrary: fc.array(one, { minLength: 1, maxLength: 5 }) },
        { weight: 1, arbitrary: fc.array(one, { minLength: 15, maxLength: 25 }) },
      ),
      method: fc.constantFrom('GET', 'POST'),
      headers: oddHeaders,
      whole: fc.option(hostile, { freq: 4 }),
    })
    .map(({ who, calls, method, headers, whole }): Sent => {
      const inputs = whole ?? Object.fromEntries(calls.map(({ input }, at) => [at, input]));
      const text = JSON.stringify(inputs);
      const path = `/trpc/${calls.map((call) => call.path).join(',')}?batch=1`;
      return {
        who,
        about: 'batch',
        method,
        path: method === 'GET' ? `${path}&input=${encoded(text)}` : path,
        headers: { 'content-type': 'application/json', ...bearer(known, who), ...headers },
        ...(method === 'POST' && { body: text }),
      };
    });
}

/** Signed as the provider would, so that what is in them is read; some of them not. */
function webhooks(known: Known): fc.Arbitrary<Sent> {
  const { secrets, url } = known.target;
  const order = fc.constantFrom(...known.own, ...known.others, 'x');
  const stripe = fc.record({
    id: fc.uuid().map((id) => `evt_${id}`),
    object: fc.constant('event'),
    type: fc.constantFrom('payment_intent.succeeded', 'refund.failed', 'charge.refunded', 'customer.created'),
    created: fc.constantFrom(1, 1_700_000_000, Math.floor(Date.now() / 1_000)),
    data: fc.record({
      object: fc.record({
        id: fc.constantFrom('pi_1', 're_1'),
        object: fc.constantFrom('payment_intent', 'refund', 'charge'),
        payment_intent: fc.constantFrom('pi_1', 'pi_2'),
        metadata: fc.record({ orderId: order }, { requiredKeys: [] }),
      }),
    }),
  });
  const scan = fc.record(
    {
      type: fc.constant('shipment.scan'),
      id: fc.uuid(),
      shipmentId: fc.constantFrom('shp_1', 'shp_2'),
      reference: order.map((id) => `${id}.1`),
      orderId: order,
      trackingNumber: fc.constant('OF1'),
      status: fc.constantFrom(...scanStatusSchema.options, 'constructor'),
      scanAt: fc.constantFrom(new Date().toISOString(), '0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z'),
      location: fc.constant('Berlin'),
    },
    { requiredKeys: ['type', 'id', 'shipmentId', 'reference', 'trackingNumber', 'status', 'scanAt'] },
  );
  const report = fc.record({
    type: fc.constantFrom('delivered', 'bounced'),
    messageId: order.map((id) => `<${id}.order_confirmed@orderflow.example>`),
    reason: fc.constant('no such mailbox'),
  });
  const text = (base: fc.Arbitrary<unknown>) => damaged(base).map((value) => JSON.stringify(value) ?? '');
  const isSigned = fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) });
  const signedJson = (provider: string, header: string, base: fc.Arbitrary<unknown>, sign: (body: string) => string) =>
    fc.tuple(text(base), isSigned, hostileText).map(
      ([body, signed, other]): Sent => ({
        who: 'stranger',
        about: `webhooks/${provider}`,
        method: 'POST',
        path: `/webhooks/${provider}`,
        headers: { 'content-type': 'application/json', [header]: signed ? sign(body) : headerSafe(other) },
        body,
      }),
    );
  const fields = fc.record({
    MessageSid: fc.oneof(fc.constant('SM1'), hostileText),
    MessageStatus: fc.oneof(fc.constantFrom('delivered', 'failed', 'sent', 'constructor', '__proto__'), hostileText),
    ErrorCode: fc.oneof(fc.constant('30003'), hostileText),
  });
  const twilio = fc.tuple(fields, fc.oneof(order, hostileText), isSigned).map(([form, id, signed]): Sent => {
    const path = `/webhooks/twilio?order=${encoded(id)}`;
    const wellFormed = Object.entries(form).map(([name, value]): [string, string] => [name, value.toWellFormed()]);
    const signature = twilioSignature(`${url}${path}`, wellFormed);
    return {
      who: 'stranger',
      about: 'webhooks/twilio',
      method: 'POST',
      path,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signed ? signature : 'x',
      },
      body: new URLSearchParams(wellFormed).toString(),
    };
  });
  return fc.oneof(
    signedJson('stripe', 'stripe-signature', stripe, (body) => signEvent(secrets.stripeWebhookSecret, body)),
    signedJson('carrier', 'carrier-signature', scan, (body) => signScan(secrets.carrierWebhookSecret, body)),
    signedJson('mail', 'mail-signature', report, (body) => signScan(secrets.mailWebhookSecret, body)),
    twilio,
  );
}

/** https://www.twilio.com/docs/usage/security#validating-requests */
function twilioSignature(address: string, form: readonly [string, string][]): string {
  const sorted = form.toSorted(([a], [b]) => (a < b ? -1 : 1)).flat();
  return createHmac('sha1', TWILIO_TOKEN)
    .update(address + sorted.join(''))
    .digest('base64');
}

function documents(known: Known): fc.Arbitrary<Sent> {
  const id = fc.oneof(fc.constantFrom(...known.own, ...known.others), hostileText.map(encoded));
  const token = fc.oneof(
    fc.constantFrom(...known.documents.map((path) => path.split('token=')[1] ?? '')),
    fc.constantFrom(...WHO.map((who) => known.tokens[who] ?? '')),
    hostileText.map(encoded),
  );
  const paths = fc.oneof(
    fc.constantFrom(...known.documents),
    fc.tuple(id, token).map(([order, signed]) => `/invoices/${order}.pdf?token=${signed}`),
    fc.tuple(id, id, token).map(([order, refund, signed]) => `/credit-notes/${order}/${refund}.pdf?token=${signed}`),
    fc.tuple(id, token).map(([order, signed]) => `/invoices/${order}.pdf?token=${signed}&token=${signed}`),
  );
  return fc
    .record({ path: paths, headers: oddHeaders })
    .map(({ path, headers }): Sent => ({ who: 'stranger', about: 'document', method: 'GET', path, headers }));
}

/** Any method on any path. CONNECT asks for a tunnel, not for an answer. */
function pages(known: Known): fc.Arbitrary<Sent> {
  const path = fc.oneof(
    fc.constantFrom(
      '/',
      '/health/live',
      '/health/ready',
      '/metrics',
      '/trpc',
      '/trpc/',
      '/trpc/catalog.list',
      '/webhooks/',
      '*',
    ),
    fc.constantFrom(
      '/trpc/%',
      '/trpc/%00',
      '/%ff',
      '/trpc/__proto__',
      '/trpc/constructor',
      '/trpc/orders',
      '//evil.example/',
      '/..%2f..%2fetc',
    ),
    hostileText.map((text) => `/${encoded(text)}`),
    hostileText.map((text) => `/trpc/${encoded(text)}`),
  );
  const methods = METHODS.filter((method) => method !== 'CONNECT');
  return fc
    .record({
      who: fc.constantFrom(...WHO),
      path,
      method: fc.constantFrom(...methods),
      headers: oddHeaders,
      body: fc.option(hostileText),
    })
    .map(
      ({ who, body, headers, ...rest }): Sent => ({
        ...rest,
        who,
        about: 'http',
        headers: { ...bearer(known, who), ...headers },
        ...(body !== null && { body }),
      }),
    );
}

const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`;
const LIVE = 'GET /health/live HTTP/1.1';

/** What no HTTP client would send. */
const rawBytes: fc.Arbitrary<Sent> = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      lines(LIVE),
      lines(LIVE, 'host: a', 'host: b'),
      lines(LIVE, 'host: x', 'content-length: -1'),
      `${lines(LIVE, 'host: x', 'content-length: 5', 'transfer-encoding: chunked')}0\r\n\r\n`,
      `${lines('POST /trpc/orders.place HTTP/1.1', 'host: x', 'transfer-encoding: chunked')}zz\r\n`,
      lines('POST /trpc/orders.place HTTP/1.1', 'host: x', 'content-type: application/json', 'content-length: 2') +
        '{}{}',
      lines('GET http://evil.example/ HTTP/1.1', 'host: x'),
      lines('GET /health/live HTTP/9.9', 'host: x'),
      lines('GET /health/live HTTP/1.0'),
      lines(LIVE, 'host: x', 'upgrade: websocket', 'connection: upgrade'),
      lines(LIVE, 'host: x', 'expect: 200-ok'),
      lines(LIVE, 'host: x', `x: ${'x'.repeat(20_000)}`),
      lines(LIVE, 'host: x', ...Array.from({ length: 500 }, (_, at) => `x-${at}: y`)),
      lines('CONNECT evil.example:443 HTTP/1.1', 'host: x'),
      lines(`GET /${'x'.repeat(20_000)} HTTP/1.1`, 'host: x'),
      '\u0016\u0003\u0001\u0002\u0000',
    ),
  )
  .map((bytes): Sent => ({ who: 'stranger', about: 'bytes', method: '', path: '', headers: {}, bytes }));
