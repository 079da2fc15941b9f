import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigError, type Service, startService } from '@orderflow/runtime';
import { createHttp } from './api/http.ts';
import { readSeed } from './catalogue/catalogue-store.ts';
import { directoryOf } from './cells/directory.ts';
import type { GatewayConfig } from './config.ts';
import { gatewayDeps } from './gateway-deps.ts';
import { gateway } from './worker.ts';

export interface RunningGateway {
  /** Where the API is, e.g. `http://127.0.0.1:4000`. */
  readonly url: string;
  readonly service: Service;
  /** Resolves when the store has been reached, its indexes exist and the catalogue is seeded. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

/** Starts a gateway. It serves at once; readiness says when store, broker and catalogue are there. */
export async function startGateway(config: GatewayConfig): Promise<RunningGateway> {
  requirePublishableKey(config);
  const directory = directoryOf(config);
  const seed = config.CATALOGUE_SEED === undefined ? [] : await readSeed(config.CATALOGUE_SEED);
  const service = await startService(gateway, config);
  const { log, metrics, checks } = service;
  let isPrepared = false;
  checks.set('catalogue', () => isPrepared || 'accounts and catalogue are not prepared yet');
  let url = '';
  const deps = gatewayDeps(service, config, { publicUrl: () => config.PUBLIC_URL ?? url, directory });

  const http = await createHttp(deps, {
    corsOrigins: config.CORS_ORIGINS,
    trustProxy: config.TRUST_PROXY,
    maxConnections: config.MAX_CONNECTIONS,
    maxConnectionsPerAddress: config.TRUST_PROXY > 0 ? config.MAX_CONNECTIONS : config.MAX_CONNECTIONS_PER_ADDRESS,
    requestTimeoutMs: config.REQUEST_TIMEOUT_SECONDS * 1_000,
    checks,
    registry: metrics.registry,
  });
  service.onStop(async () => {
    checks.set('stopping', () => 'stopping');
    await pause(config.LEAVE_MS);
    await http.close();
  });
  await http.listen({ host: config.HOST, port: config.PORT }).catch(async (error: NodeJS.ErrnoException) => {
    await service.stop();
    throw error.code === 'EADDRINUSE' ? portTaken(config) : error;
  });
  const { port } = http.server.address() as AddressInfo;
  url = `http://${config.HOST}:${port}`;
  log.info({ url }, 'the API is up');

  const ready = service.storeReady().then(async () => {
    await deps.accounts.ready(service.atStart);
    const added = seed.length > 0 ? await service.atStart('the catalogue', () => deps.catalogue.seed(seed)) : 0;
    if (added > 0) await deps.products.changed();
    isPrepared = true;
    log.info({ added }, 'the catalogue is ready');
    // Until then they are read with the number that they will get, but not found by it.
    void deps
      .numberOrders()
      .then((numbered) => numbered > 0 && log.info({ numbered }, 'orders of a version before have a number'))
      .catch((err) => log.warn({ err }, 'orders of a version before have no number yet'));
    void deps
      .indexOrders()
      .then((indexed) => indexed > 0 && log.info({ indexed }, 'orders of a version before are found by all they have'))
      .catch((err) => log.warn({ err }, 'orders of a version before are not found by all they have yet'));
  });
  ready.catch((err) => log.error({ err }, 'the store could not be made ready'));
  return { url, service, ready, stop: service.stop };
}

/** Real cards are never taken by a picker of test cards. */
function requirePublishableKey({ STRIPE_API_KEY, STRIPE_PUBLISHABLE_KEY }: GatewayConfig): void {
  if (!/^[sr]k_live_/.test(STRIPE_API_KEY) || STRIPE_PUBLISHABLE_KEY?.startsWith('pk_live_')) return;
  throw new ConfigError(
    `STRIPE_PUBLISHABLE_KEY is ${STRIPE_PUBLISHABLE_KEY ?? 'not set'}; it must be the live key (pk_live_…) that goes with STRIPE_API_KEY`,
  );
}

const portTaken = ({ HOST, PORT }: GatewayConfig) =>
  new ConfigError(`PORT is ${PORT}; it must be a free port, but something listens on ${HOST}:${PORT} already`);
