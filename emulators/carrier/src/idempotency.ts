import { createHash } from 'node:crypto';
import type { Guarded, Journal } from '@orderflow/emulator-control';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CarrierError } from './errors.ts';

type Kept = { fingerprint: string; status: number; body: string };

/** Runs a write once for each Idempotency-Key and gives the same answer again, marked `idempotent-replayed: true`. */
export function openIdempotency(journal: Journal, guarded: Guarded) {
  const kept = journal.collection<Kept>('idempotency_keys');

  return async function write(request: FastifyRequest, reply: FastifyReply, status: number, run: () => object) {
    await guarded.delay(request);
    const key = request.headers['idempotency-key'];
    const fingerprint = createHash('sha256')
      .update(`${request.url} ${JSON.stringify(request.body)}`)
      .digest('hex');
    const earlier = typeof key === 'string' ? kept.get(key) : undefined;
    if (earlier && earlier.fingerprint !== fingerprint) {
      throw new CarrierError(
        409,
        'IDEMPOTENCY_MISMATCH',
        `Idempotency-Key ${String(key)} was used for another request`,
      );
    }
    const answer = earlier ?? { fingerprint, status, body: JSON.stringify(run()) };
    if (!earlier && typeof key === 'string') kept.put(key, answer);
    journal.commit();
    if (guarded.losesAnswer(request)) return guarded.hangUp(request, reply);
    if (earlier) reply.header('idempotent-replayed', 'true');
    return reply.code(answer.status).type('application/json').send(answer.body);
  };
}
