import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import {
  commonSwitches,
  createControl,
  guard,
  openDeliveries,
  openJournal,
  webhookSwitches,
} from '@orderflow/emulator-control';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import qs from 'qs';
import { z } from 'zod';
import { authenticate, processed, watchExpiry, watchProcessing } from './attempts.ts';
import { challengePage } from './challenge-page.ts';
import { closeDispute, closeReview, dispute, openReview, payOut } from './concerns.ts';
import { failure, StripeError } from './errors.ts';
import { openIdempotency } from './idempotency.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { newId, seconds } from './objects.ts';
import { settle, settleLater } from './refunds.ts';
import { routes } from './routes.ts';

export type StripeOptions = {
  host?: string | undefined;
  port?: number | undefined;
  /** The only key that is taken; without it any key that begins with sk_ or rk_. */
  apiKey?: string | undefined;
  webhookSecret?: string | undefined;
  webhookUrl?: string | undefined;
  /** The types that its endpoint is enabled for; all, if there is no list. */
  events?: string[] | undefined;
  /** Where the journal is kept; without it a restart forgets everything. */
  dataDir?: string | undefined;
  /** The address that browsers use, where it isn't the one listened on. */
  publicUrl?: string | undefined;
};

const apiVersion = '2026-10-28.endive';

const switchesOf = (options: StripeOptions) =>
  z.strictObject({
    ...commonSwitches,
    failAfterWith: z.union([z.literal('close'), z.literal(424), z.literal(500)]).default('close'),
    failAfterEffect: z.boolean().default(true),
    captureWindow: z
      .int()
      .min(0)
      .default(7 * 24 * 3600),
    refundSettle: z.int().min(0).default(2_000),
    processingSettle: z.int().min(0).default(2_000),
    searchLag: z.int().min(0).default(0),
    keyLife: z
      .int()
      .min(0)
      .default(24 * 3_600_000),
    webhooks: webhookSwitches,
    webhookUrl: z
      .url()
      .nullable()
      .default(options.webhookUrl ?? null),
    webhookEvents: z
      .array(z.string())
      .nullable()
      .default(options.events ?? null),
  });

/** Starts a stand-in for Stripe's API; the official SDK talks to it with `{ host, port, protocol: 'http' }`. */
export async function startStripe(options: StripeOptions = {}) {
  const { host = '127.0.0.1', port = 0, webhookSecret = 'whsec_orderflow' } = options;
  const app = fastify({
    genReqId: () => newId('req'),
    forceCloseConnections: true,
    routerOptions: { querystringParser: (text) => qs.parse(text, { depth: 10 }) },
  });
  const control = createControl(app, switchesOf(options));
  const switches = () => control.state.switches;
  const journal = openJournal(options.dataDir);
  const deliveries = openDeliveries({
    journal,
    target: () => ({ url: switches().webhookUrl, webhooks: switches().webhooks }),
    sign: (body) => ({ 'stripe-signature': signEvent(webhookSecret, body) }),
  });
  let url = '';
  const ledger = openLedger({
    journal,
    deliveries,
    apiVersion: () => apiVersion,
    switches,
    publicUrl: () => options.publicUrl ?? url,
  });
  for (const intent of ledger.intents.all()) {
    if (intent.status === 'requires_capture') watchExpiry(ledger, intent);
    if (intent.status === 'processing') watchProcessing(ledger, intent);
  }
  for (const refund of ledger.refunds.all()) settleLater(ledger, refund);

  const guarded = guard(app, control, {
    prefix: '/v1/',
    describe: describeCall,
    refuse: (reply, status) => reply.code(status).send({ error: failure(status) }),
  });
  answerLikeStripe(app, options.apiKey);
  const idempotency = openIdempotency(journal, ledger, guarded, switches);
  app.register(async (scope) => routes(scope, { ledger, idempotency, guarded, searchLag: () => switches().searchLag }));
  app.register(async (scope) => challengePage(scope, ledger));

  app.get('/_control/webhooks', () => deliveries.all());
  byHand(app, ledger);
  app.addHook('onClose', async () => {
    ledger.close();
    deliveries.close();
    journal.close();
  });

  await app.listen({ host, port });
  const { port: bound } = app.server.address() as AddressInfo;
  url = `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${bound}`;
  return { url, port: bound, close: () => app.close() };
}

/** What else happens at a bank: 3-D Secure is answered, what was processing is decided, a refund settles. */
function byHand(app: FastifyInstance, ledger: Ledger): void {
  for (const [verb, act] of Object.entries({ authenticate, process: processed })) {
    app.post<{ Params: { id: string } }>(`/_control/payment_intents/:id/${verb}`, (request) => {
      const { outcome } = z.strictObject({ outcome: z.enum(['succeed', 'fail']) }).parse(request.body);
      const intent = act(ledger, request.params.id, outcome === 'succeed');
      ledger.commit();
      return intent;
    });
  }
  app.post<{ Params: { id: string } }>('/_control/refunds/:id', (request) => {
    const { status } = z.strictObject({ status: z.enum(['succeeded', 'failed']) }).parse(request.body);
    return settle(ledger, request.params.id, status);
  });
  concernsByHand(app, ledger);
}

type OfId = { Params: { id: string } };
const disputed = z.strictObject({ amount: z.int().positive().optional(), reason: z.string().optional() });

/** What banks, Radar and the dashboard do: disputes, reviews, payouts that fail. */
function concernsByHand(app: FastifyInstance, ledger: Ledger): void {
  app.post<OfId>('/_control/payment_intents/:id/dispute', ({ params, body }) =>
    dispute(ledger, params.id, disputed.parse(body ?? {})),
  );
  app.post<OfId>('/_control/disputes/:id', ({ params, body }) =>
    closeDispute(ledger, params.id, z.strictObject({ status: z.enum(['won', 'lost']) }).parse(body).status),
  );
  app.post<OfId>('/_control/payment_intents/:id/review', ({ params, body }) => {
    const { reason } = z.strictObject({ reason: z.enum(['rule', 'manual']).default('rule') }).parse(body ?? {});
    return openReview(ledger, params.id, reason);
  });
  app.post<OfId>('/_control/reviews/:id', ({ params, body }) => {
    const reasons = z.enum(['approved', 'refunded', 'refunded_as_fraud', 'disputed', 'canceled']);
    return closeReview(ledger, params.id, z.strictObject({ closed_reason: reasons }).parse(body).closed_reason);
  });
  app.post('/_control/payouts', ({ body }) => {
    const { amount, currency, failure } = z
      .strictObject({ amount: z.int().positive(), currency: z.string(), failure: z.string().nullable().default(null) })
      .parse(body);
    return payOut(ledger, amount, currency, failure);
  });
}

/** The `stripe-signature` header: https://docs.stripe.com/webhooks#verify-manually */
export function signEvent(secret: string, body: string, at: number = seconds()): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}

function describeCall(request: FastifyRequest): Record<string, unknown> {
  const body = (request.body ?? {}) as Record<string, unknown>;
  const metadata = (body.metadata ?? {}) as Record<string, unknown>;
  const key = request.headers['idempotency-key'];
  const { amount, currency, payment_method, payment_intent, amount_to_capture } = body;
  return {
    idempotencyKey: key,
    ...metadata,
    amount,
    currency,
    payment_method,
    payment_intent,
    amount_to_capture,
    requestId: request.id,
  };
}

/** Forms in, Stripe's headers and error bodies out, and no entry without the key. */
function answerLikeStripe(app: FastifyInstance, apiKey: string | undefined): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_, body, done) =>
    done(null, qs.parse(String(body), { depth: 10, arrayLimit: 100 })),
  );
  app.addHook('onSend', async (request, reply) => {
    reply.headers({ 'request-id': request.id, 'stripe-version': apiVersion });
  });
  app.addHook('preHandler', async (request) => {
    if (request.url.startsWith('/v1/')) authorise(request.headers.authorization, apiKey);
  });
  app.setNotFoundHandler((request, reply) => {
    const message = `Unrecognized request URL (${request.method}: ${request.url}).`;
    reply.code(404).send({ error: { type: 'invalid_request_error', message } });
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _, reply) => {
    if (error instanceof StripeError) return reply.code(error.status).send({ error: error.body });
    const status = error instanceof z.ZodError ? 400 : (error.statusCode ?? 500);
    const type = status < 500 ? 'invalid_request_error' : 'api_error';
    return reply.code(status).send({ error: { type, message: error.message } });
  });
}

function authorise(header: string | undefined, apiKey: string | undefined): void {
  const [scheme, credentials = ''] = (header ?? '').split(' ');
  const given = scheme === 'Basic' ? Buffer.from(credentials, 'base64').toString().split(':')[0]! : credentials;
  if (given === '') {
    const message =
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').";
    throw new StripeError(401, { type: 'invalid_request_error', message });
  }
  if (apiKey ? given === apiKey : /^[sr]k_/.test(given)) return;
  throw new StripeError(401, {
    type: 'invalid_request_error',
    message: `Invalid API Key provided: ${given.slice(0, 7)}***`,
  });
}
