import { createHmac, timingSafeEqual } from 'node:crypto';
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
import { z } from 'zod';
import { CarrierError, invalid } from './errors.ts';
import { openIdempotency } from './idempotency.ts';
import { pages } from './pages.ts';
import { openParcels, type Parcels } from './parcels.ts';
import { routes } from './routes.ts';
import { fate } from './shipment.ts';

export type CarrierOptions = {
  host?: string | undefined;
  port?: number | undefined;
  /** The Bearer key that the shop uses. */
  apiKey?: string | undefined;
  webhookSecret?: string | undefined;
  webhookUrl?: string | undefined;
  /** Where the journal is kept; without it a restart forgets everything. */
  dataDir?: string | undefined;
  /** 1 is real time; 3600, the default, makes an hour a second. */
  speed?: number | undefined;
  /** The address that browsers use, where it isn't the one listened on. */
  publicUrl?: string | undefined;
};

const switchesOf = ({ speed = 3_600, webhookUrl }: CarrierOptions) =>
  z.strictObject({
    ...commonSwitches,
    speed: z.number().positive().default(speed),
    hold: z.boolean().default(false),
    unavailableOrigins: z.array(z.string().min(1)).default([]),
    fates: z.record(z.string().min(1), fate).default({}),
    webhooks: webhookSwitches,
    webhookUrl: z
      .url()
      .nullable()
      .default(webhookUrl ?? null),
  });

/** Starts a parcel carrier that scans parcels on their way and tells of it by signed webhook. */
export async function startCarrier(options: CarrierOptions = {}) {
  const { host = '127.0.0.1', port = 0, apiKey = 'carrier_test_key', webhookSecret = 'carrier_test_secret' } = options;
  const app = fastify({ forceCloseConnections: true });
  let parcels: Parcels;
  let speed = options.speed ?? 3_600;
  const control = createControl(app, switchesOf(options), (changed) => {
    parcels.repace(changed.speed / speed);
    speed = changed.speed;
  });
  const switches = () => control.state.switches;
  const journal = openJournal(options.dataDir);
  const deliveries = openDeliveries({
    journal,
    target: () => ({ url: switches().webhookUrl, webhooks: switches().webhooks }),
    sign: (body) => ({ 'carrier-signature': signScan(webhookSecret, body) }),
  });
  let url = '';
  parcels = openParcels({ journal, deliveries, switches, publicUrl: () => options.publicUrl ?? url });

  const guarded = guard(app, control, {
    prefix: '/shipments',
    describe: describeCall,
    refuse: (reply, status) => reply.code(status).send(new CarrierError(status, 'UNAVAILABLE', 'Try again later').body),
  });
  requireKey(app, apiKey);
  routes(app, { parcels, guarded, write: openIdempotency(journal, guarded) });
  app.get('/_control/webhooks', () => deliveries.all());
  pages(app, parcels);
  app.addHook('onClose', async () => {
    parcels.close();
    deliveries.close();
    journal.close();
  });

  await app.listen({ host, port });
  const { port: bound } = app.server.address() as AddressInfo;
  url = `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${bound}`;
  parcels.resume();
  return { url, port: bound, close: () => app.close() };
}

/** The `carrier-signature` header: HMAC-SHA256 of `t.body`, t in Unix seconds. */
export function signScan(secret: string, body: string, at: number = Math.floor(Date.now() / 1000)): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}

function describeCall(request: FastifyRequest): Record<string, unknown> {
  const { reference, orderId, origin, service } = {
    ...(request.query as object),
    ...(request.body as object),
  } as Record<string, unknown>;
  return { idempotencyKey: request.headers['idempotency-key'], reference, orderId, origin, service };
}

function requireKey(app: FastifyInstance, apiKey: string): void {
  const expected = Buffer.from(`Bearer ${apiKey}`);
  app.addHook('preHandler', async (request) => {
    if (!request.url.startsWith('/shipments')) return;
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length === expected.length && timingSafeEqual(given, expected)) return;
    throw new CarrierError(401, 'UNAUTHORIZED', 'The API key is missing or wrong');
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _, reply) => {
    const known = error instanceof z.ZodError ? invalid(error) : error;
    if (known instanceof CarrierError) return reply.code(known.status).send(known.body);
    const status = error.statusCode ?? 500;
    return reply.code(status).send(new CarrierError(status, 'BAD_REQUEST', error.message).body);
  });
}
