import type { AddressInfo } from 'node:net';
import { ConfigError, createOutbox, type Service, startService } from '@orderflow/runtime';
import { createHttp } from './api/http.ts';
import type { GatewayDeps } from './api/trpc.ts';
import { createTokens } from './auth.ts';
import { createCatalogueCache } from './catalogue-cache.ts';
import { createCatalogueStore, readSeed } from './catalogue-store.ts';
import type { GatewayConfig } from './config.ts';
import { createOrderCache } from './order-cache.ts';
import { createOrderChanges } from './order-changes.ts';
import { createOrderStore, orderModel } from './order-store.ts';
import { createRateLimit } from './rate-limit.ts';
import { connectRedis } from './redis.ts';
import { gateway } from './worker.ts';

export interface RunningGateway {
  /** Where the API is, e.g. `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly service: Service;
  /** Resolves when the store has been reached, its indexes exist and the catalogue is seeded. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

/** Starts a gateway. It serves at once; readiness says when store and broker are there. */
export async function startGateway(config: GatewayConfig): Promise<RunningGateway> {
  const seed = config.CATALOGUE_SEED === undefined ? [] : await readSeed(config.CATALOGUE_SEED);
  const service = await startService(gateway, config);
  const { database, publisher, log, metrics } = service;

  const model = orderModel(database);
  const catalogue = createCatalogueStore(database);
  const redis = connectRedis(config.REDIS_URL, config.MONGODB_DATABASE, log);
  const outbox = createOutbox({ model, publisher, log, metrics });
  const deps: GatewayDeps = {
    orders: createOrderStore(model),
    catalogue,
    cache: createOrderCache(redis),
    products: createCatalogueCache(redis),
    changes: createOrderChanges(redis),
    tokens: createTokens(config.TOKEN_SECRET),
    rateLimit: createRateLimit(redis, config.RATE_LIMIT_PER_MINUTE),
    publisher,
    outbox,
    region: config.REGION,
    cancelWindowSeconds: config.CANCEL_WINDOW_SECONDS,
    carrierWebhookSecret: config.CARRIER_WEBHOOK_SECRET,
    storeIsUp: () => service.checks.get('store')?.() === true,
    log,
    now: () => new Date(),
  };

  const http = await createHttp(deps, {
    corsOrigins: config.CORS_ORIGINS,
    trustProxy: config.TRUST_PROXY,
    checks: service.checks,
    registry: metrics.registry,
  });
  service.onStop(redis.close);
  service.onStop(outbox.close);
  service.onStop(() => http.close());
  await http.listen({ host: config.HOST, port: config.PORT }).catch(async (error: NodeJS.ErrnoException) => {
    await service.stop();
    throw error.code === 'EADDRINUSE' ? portTaken(config) : error;
  });
  const { port } = http.server.address() as AddressInfo;
  const url = `http://${config.HOST}:${port}`;
  log.info({ url }, 'the API is up');

  const ready = service.storeReady().then(async () => {
    const added = seed.length > 0 ? await catalogue.seed(seed) : 0;
    if (added > 0) await deps.products.changed();
    log.info({ added }, 'the catalogue is ready');
  });
  ready.catch((err) => log.error({ err }, 'the store could not be made ready'));
  return { url, service, ready, stop: service.stop };
}

const portTaken = ({ HOST, PORT }: GatewayConfig) =>
  new ConfigError(`PORT is ${PORT}; it must be a free port, but something listens on ${HOST}:${PORT} already`);
