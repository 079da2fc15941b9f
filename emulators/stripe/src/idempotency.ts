import { createHash } from 'node:crypto';
import type { Guarded, Journal } from '@orderflow/emulator-control';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { failure, invalid, StripeError } from './errors.ts';
import type { Cause, Ledger } from './ledger.ts';

/** `at`: when the request began, ms. */
type Kept = { key: string; fingerprint: string; requestId: string; status: number; body: string; at: number };
type Write = (cause: Cause) => object;
/** How answers are lost, whether what was asked is carried out all the same, and how long a key is kept, in ms. */
type Keeping = { failAfterWith: 'close' | 424 | 500; failAfterEffect: boolean; keyLife: number };

/** Runs writes as https://docs.stripe.com/api/idempotent_requests says: once a key, replaying the first answer. */
export function openIdempotency(journal: Journal, ledger: Ledger, guarded: Guarded, switches: () => Keeping) {
  const kept = journal.collection<Kept>('idempotency_keys');
  const oldestFirst = kept.all().map(({ key, at }) => ({ key, at }));
  const running = new Map<string, string>();

  async function write(request: FastifyRequest, reply: FastifyReply, run: Write): Promise<FastifyReply> {
    const key = request.headers['idempotency-key'];
    if (typeof key !== 'string' || key === '') return answer(request, reply, undefined, run);
    if (key.length > 255) throw invalid('Idempotency keys are at most 255 characters long.');
    const fingerprint = createHash('sha256')
      .update(`${request.method} ${request.url} ${JSON.stringify(sorted(request.body))}`)
      .digest('hex');
    forget();
    const earlier = kept.get(key);
    if (earlier) {
      if (earlier.fingerprint !== fingerprint) throw mismatch(key);
      if (switches().failAfterWith === 'close' && guarded.losesAnswer(request)) return guarded.hangUp(request, reply);
      reply.headers({ 'idempotent-replayed': 'true', 'original-request': earlier.requestId, 'idempotency-key': key });
      return reply.code(earlier.status).type('application/json').send(earlier.body);
    }
    const current = running.get(key);
    if (current !== undefined) throw current === fingerprint ? inUse(key) : mismatch(key);
    running.set(key, fingerprint);
    try {
      return await answer(request, reply.header('idempotency-key', key), { key, fingerprint }, run);
    } finally {
      running.delete(key);
    }
  }

  /** The delay comes before the change, and the change and its kept answer are one commit. */
  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    as: { key: string; fingerprint: string } | undefined,
    run: Write,
  ) {
    await guarded.delay(request);
    const cause = { requestId: request.id, idempotencyKey: as?.key ?? null };
    const loss = guarded.losesAnswer(request) ? switches() : undefined;
    const done = loss?.failAfterEffect === false ? undefined : outcome(run, cause);
    const said = loss && loss.failAfterWith !== 'close' ? failed(loss.failAfterWith) : done;
    if (as && said) keep({ ...as, requestId: request.id, at: Date.now(), ...said });
    ledger.commit();
    if (!said || loss?.failAfterWith === 'close') return guarded.hangUp(request, reply);
    return reply.code(said.status).type('application/json').send(said.body);
  }
  function keep(answered: Kept): void {
    kept.put(answered.key, answered);
    oldestFirst.push({ key: answered.key, at: answered.at });
  }

  function forget(): void {
    const before = Date.now() - switches().keyLife;
    for (let oldest = oldestFirst[0]; oldest && oldest.at <= before; oldest = oldestFirst[0]) {
      kept.remove(oldest.key);
      oldestFirst.shift();
    }
  }
  return { write };
}

/** Stripe compares parameters, not the order that they come in. */
const sorted = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, inner]) => [name, sorted(inner)]),
      );

const failed = (status: number) => ({ status, body: JSON.stringify({ error: failure(status) }) });

function outcome(run: Write, cause: Cause): { status: number; body: string } {
  try {
    return { status: 200, body: JSON.stringify(run(cause)) };
  } catch (error) {
    if (!(error instanceof StripeError) || !error.executed) throw error;
    return { status: error.status, body: JSON.stringify({ error: error.body }) };
  }
}

const mismatch = (key: string) =>
  new StripeError(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
  });
const inUse = (key: string) =>
  new StripeError(409, {
    type: 'invalid_request_error',
    code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
  });
