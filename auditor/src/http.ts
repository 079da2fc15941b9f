import { createHash, timingSafeEqual } from 'node:crypto';
import { type Check, errorMessage, type Logger, readiness } from '@orderflow/runtime';
import Fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AuditMetrics } from './audit-metrics.ts';
import type { Auditor } from './auditor.ts';
import { deadLetterRefSchema } from './redrive-outcomes.ts';

const auditInput = z.object({ scope: z.enum(['full', 'changed']).default('changed') });
const verdictsInput = z.object({ letters: z.array(deadLetterRefSchema).max(10_000) });
const BODY_LIMIT = 4 * 1024 * 1024;

/** The auditor's HTTP interface: reports, X-rays and redrive outcomes with the secret, health and metrics without. */
export function createHttp(
  auditor: Auditor,
  options: { secret: string; checks: ReadonlyMap<string, Check>; metrics: AuditMetrics; log: Logger },
): FastifyInstance {
  const { secret, checks, metrics, log } = options;
  const app = Fastify({ bodyLimit: BODY_LIMIT });
  const expected = digest(`Bearer ${secret}`);

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const status = error.statusCode ?? 503;
    if (status >= 500) log.warn({ error: errorMessage(error) }, 'a question could not be answered');
    // Errors of the store or the broker may contain addresses: only the log gets them.
    const message = status >= 500 ? 'The books cannot be read now' : error.message;
    reply.code(status).send({ error: { message } });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: { message: 'Not found' } }));

  app.get('/health/live', () => ({ live: true }));
  app.get('/health/ready', (_request, reply) => {
    const state = readiness(checks);
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );

  app.register(async (guarded) => {
    guarded.addHook('onRequest', async (request, reply) => {
      const given = digest(request.headers.authorization ?? '');
      if (!timingSafeEqual(given, expected))
        return reply.code(401).send({ error: { message: 'A bearer token is needed' } });
    });
    guarded.get('/report', (_request, reply) => {
      const report = auditor.latest();
      return report ?? reply.code(404).send({ error: { message: 'No audit has come to its end yet' } });
    });
    // An audit may outlast a connection, so its report is fetched with a second request.
    guarded.post('/audits', (request, reply) => {
      const { id } = auditor.audit(parsed(auditInput, request.body ?? {}).scope);
      return reply.code(202).header('location', `/audits/${id}`).send({ id });
    });
    guarded.get('/audits/:id', async (request, reply) => {
      const { id } = parsed(z.object({ id: z.string() }), request.params);
      const asked = auditor.asked(id);
      if (!asked) return reply.code(404).send({ error: { message: `There is no audit ${id}` } });
      return asked.state() === 'ended' ? asked.report : reply.code(202).send({ id });
    });
    guarded.get('/circuits', async () => ({ circuitsOpen: await auditor.circuitsOpen() }));
    guarded.get('/settings', async () => ({ settings: await auditor.settings() }));
    guarded.get('/orders/:id/xray', async (request, reply) => {
      const { id } = parsed(z.object({ id: z.string().regex(/^[\w-]{1,128}$/) }), request.params);
      return (await auditor.xray(id)) ?? reply.code(404).send({ error: { message: `There is no order ${id}` } });
    });
    guarded.post('/verdicts', async (request) => ({
      verdicts: await auditor.verdicts(parsed(verdictsInput, request.body).letters),
    }));
  });
  return app;
}

/** A digest has one length, so that comparing takes the same time for every token. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function parsed<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw Object.assign(new Error(z.prettifyError(result.error)), { statusCode: 400 });
}
