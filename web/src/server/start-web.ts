import type { AddressInfo, Socket } from 'node:net';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { WebConfig } from '../config.ts';
import { gatewayCalls } from './gateway-calls.ts';
import { pages } from './pages.ts';
import { fromOutside } from './visitor.ts';

/** How long requests may still run once the server is told to stop. */
const DRAIN_MS = 5_000;
/** Longer than any answer may take, and than the pings of a stream are apart. */
const SILENCE_MS = 5 * 60_000;

export interface RunningWeb {
  readonly url: string;
  close(): Promise<void>;
}

/** One port for everything that a browser asks for: the gateway's procedures, documents and sign-in, and the pages. */
export async function startWeb(config: WebConfig, log: Logger): Promise<RunningWeb> {
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    connectionTimeout: SILENCE_MS,
    forceCloseConnections: 'idle',
    // Fastify takes a mere number for no proxy at all.
    trustProxy: (_address, hop) => hop < config.TRUST_PROXY,
    routerOptions: { maxParamLength: 5_000 },
  });
  // Bodies pass through as they come; gateway and pages each have their own bounds.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.addHook('onRequest', fromOutside(config));

  const streams = new Set<Socket>();
  app.addHook('onRequest', async ({ headers, raw }) => {
    if (!headers.accept?.includes('text/event-stream')) return;
    streams.add(raw.socket);
    raw.socket.once('close', () => streams.delete(raw.socket));
  });
  app.addHook('preClose', async () => {
    for (const socket of streams) socket.destroy();
    const idle = setInterval(() => app.server.closeIdleConnections(), 50);
    const enough = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
    app.server.once('close', () => {
      clearInterval(idle);
      clearTimeout(enough);
    });
  });

  app.get('/health/live', async () => ({ live: true }));
  // Without the gateway our pages still say what is wrong, so it is no reason to be taken out of rotation.
  app.get('/health/ready', async () => ({ ready: true }));
  await app.register(gatewayCalls(config));
  const closePages = await pages(app, config);

  await app.listen({ host: config.HOST, port: config.PORT });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: config.SHOP_URL ?? `http://${config.HOST === '0.0.0.0' ? '127.0.0.1' : config.HOST}:${port}`,
    close: async () => {
      await app.close();
      await closePages();
    },
  };
}
