import type { Guarded } from '@orderflow/emulator-control';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { expand } from './expand.ts';
import type { openIdempotency } from './idempotency.ts';
import type { Cause, Ledger } from './ledger.ts';
import { page, searchIntents } from './lists.ts';
import { type Charge, type Dispute, type Intent, methodObject } from './objects.ts';
import * as params from './params.ts';
import { cancelIntent, captureIntent, confirmIntent, createIntent, updateIntent } from './payment-intents.ts';
import { createRefund } from './refunds.ts';

type Deps = {
  ledger: Ledger;
  idempotency: ReturnType<typeof openIdempotency>;
  guarded: Guarded;
  searchLag: () => number;
};
type Write = (ledger: Ledger, cause: Cause, form: unknown, id: string) => object;
type Read = (request: FastifyRequest, id: string) => object;

/** The part of Stripe's API that there is. */
export function routes(app: FastifyInstance, { ledger, idempotency, guarded, searchLag }: Deps): void {
  const idOf = (request: FastifyRequest) => (request.params as { id?: string }).id ?? '';
  const wanted = (from: unknown) => (from as { expand?: string[] } | undefined)?.expand;
  const post = (path: string, run: Write) =>
    app.post(path, (request: FastifyRequest, reply: FastifyReply) =>
      idempotency.write(request, reply, (cause) =>
        expand(ledger, run(ledger, cause, request.body ?? {}, idOf(request)), wanted(request.body)),
      ),
    );
  const get = (path: string, run: Read) =>
    app.get(path, async (request) => {
      await guarded.delay(request);
      return expand(ledger, run(request, idOf(request)), wanted(request.query));
    });
  const one = (request: FastifyRequest) => params.parse(params.retrieve, request.query);
  const some = (request: FastifyRequest) => params.parse(params.list, request.query);

  post('/v1/payment_intents', createIntent);
  post('/v1/payment_intents/:id', updateIntent);
  post('/v1/payment_intents/:id/confirm', confirmIntent);
  post('/v1/payment_intents/:id/capture', captureIntent);
  post('/v1/payment_intents/:id/cancel', cancelIntent);
  post('/v1/refunds', createRefund);

  get('/v1/payment_intents/search', (request) =>
    searchIntents(ledger, params.parse(params.search, request.query), searchLag()),
  );
  get('/v1/payment_intents/:id', (request, id) => one(request) && ledger.intent(id));
  get('/v1/payment_intents', (request) => {
    const given = some(request);
    const theirs = ({ customer }: Intent) => !given.customer || customer === given.customer;
    return page('/v1/payment_intents', ledger.intents, given, theirs);
  });
  get('/v1/charges/:id', (request, id) => one(request) && ledger.charge(id));
  get('/v1/charges', (request) => {
    const given = some(request);
    const theirs = (charge: Charge) => !given.payment_intent || charge.payment_intent === given.payment_intent;
    return page('/v1/charges', ledger.charges, given, theirs);
  });
  get('/v1/payment_methods/:id', (request, id) => one(request) && methodObject(ledger.methodShown(id)));
  get('/v1/refunds/:id', (request, id) => one(request) && ledger.refund(id));
  get('/v1/refunds', (request) => {
    const given = some(request);
    const asked = (refund: { payment_intent: string; charge: string }) =>
      (!given.payment_intent || refund.payment_intent === given.payment_intent) &&
      (!given.charge || refund.charge === given.charge);
    return page('/v1/refunds', ledger.refunds, given, asked);
  });
  get('/v1/disputes/:id', (request, id) => one(request) && ledger.dispute(id));
  get('/v1/disputes', (request) => {
    const given = some(request);
    const theirs = (one: Dispute) =>
      (!given.payment_intent || one.payment_intent === given.payment_intent) &&
      (!given.charge || one.charge === given.charge);
    return page('/v1/disputes', ledger.disputes, given, theirs);
  });
  get('/v1/reviews/:id', (request, id) => one(request) && ledger.review(id));
  get('/v1/payouts', (request) => page('/v1/payouts', ledger.payouts, some(request)));
  get('/v1/balance', () => ({ object: 'balance', available: [], pending: [], livemode: false }));
}
