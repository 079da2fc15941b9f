import type { Socket } from 'node:net';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { type Check, errorMessage, type Metrics, readiness } from '@orderflow/runtime';
import { TRPCError } from '@trpc/server';
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import type { TRPCRequestInfo } from '@trpc/server/http';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { checkCsrf } from '../access/csrf.ts';
import { visitorAddress } from '../access/visitor.ts';
import { type Introduction, notIntroduced } from '../cells/cell-token.ts';
import { CELL_HEADER } from '../cells/cells.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { UnreadableOrderError } from '../orders/order-errors.ts';
import { DomainError } from '../platform/domain-error.ts';
import { webhooks } from '../webhooks/webhooks.ts';
import { authRoutes, GUEST_PATH } from './auth.ts';
import { boundConnections, refuseConnection } from './connections.ts';
import { documentRoutes } from './documents.ts';
import { type DescribedError, describeError, trpcErrorOf } from './errors.ts';
import { type AppRouter, appRouter } from './router.ts';
import { type Context, UNREADABLE } from './trpc.ts';

const BODY_LIMIT_BYTES = 64 * 1024;
/** How long requests may still run once the server is told to stop. */
const DRAIN_MS = 5_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** How late Node may notice that a request took too long. */
const CHECK_EVERY_MS = 1_000;
/** Longer than any answer may take, and than the pings of a stream are apart. */
const SILENCE_MS = 5 * 60_000;
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'OPTIONS']);

export interface HttpOptions {
  readonly corsOrigins: string | string[];
  /** So many entries of X-Forwarded-For, from its end, are believed; false is none. */
  readonly trustProxy: number | false;
  /** In all; more are closed at once. */
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** How long the headers and the body of a request may take together; the headers alone at most ten seconds. */
  readonly requestTimeoutMs: number;
  readonly checks: ReadonlyMap<string, Check>;
  readonly registry: Metrics['registry'];
}

/** The HTTP server: tRPC under /trpc, accounts under /auth, webhooks, invoices, health and metrics. */
export async function createHttp(deps: GatewayDeps, options: HttpOptions): Promise<FastifyInstance> {
  const onError = (error: FastifyError | TRPCError | DomainError, _request: FastifyRequest, reply: FastifyReply) => {
    const described = describeError(trpcErrorFor(error));
    const { httpStatus, reason, retryAfterSeconds } = described.data;
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds));
    if (reason === 'INTERNAL') deps.log.error({ err: error }, 'request failed');
    noteUnreadable(deps, error);
    const shape = trpcShape(described);
    // better-auth's client looks for these two on top.
    const forAccounts = reply.request.url.startsWith('/auth/') ? { code: reason, message: described.message } : {};
    return reply.code(httpStatus).send({ ...shape, ...forAccounts });
  };
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: options.requestTimeoutMs,
    connectionTimeout: SILENCE_MS,
    http: {
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, options.requestTimeoutMs),
      connectionsCheckingInterval: CHECK_EVERY_MS,
    },
    clientErrorHandler: refuseConnection,
    frameworkErrors: onError,
    // Fastify takes a mere number for no proxy at all.
    trustProxy: (_address, hop) => hop < (options.trustProxy || 0),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 5_000 },
  });
  boundConnections(app.server, options);
  app.addHook('onRequest', async ({ method, routeOptions }, reply) => {
    if (METHODS.has(method) || (method === 'DELETE' && routeOptions.url === GUEST_PATH)) return;
    reply.header('allow', [...METHODS].join(', '));
    throw new DomainError('METHOD_NOT_SUPPORTED', `${method} is not supported here`, { field: 'method' });
  });
  app.addHook('onRequest', async (request) => checkCsrf(request, deps.origins));
  const streams = new Set<Socket>();
  app.addHook('onRequest', async ({ headers, raw }) => {
    if (!headers.accept?.includes('text/event-stream')) return;
    streams.add(raw.socket);
    raw.socket.once('close', () => streams.delete(raw.socket));
  });
  app.addHook('preClose', async () => finish(app, streams));
  app.setErrorHandler(onError);
  app.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .send(
        trpcShape(
          describeError(
            trpcErrorOf(new DomainError('UNKNOWN_PROCEDURE', 'There is nothing here; the API is under /trpc')),
          ),
        ),
      ),
  );

  await app.register(helmet);
  // What asks for no preflight gets its answer as from any other path.
  await app.register(cors, { origin: options.corsOrigins, strictPreflight: false });
  await app.register(webhooks(deps));
  await app.register(documentRoutes(deps));
  await app.register(authRoutes(deps));
  await app.register(fastifyTRPCPlugin, { prefix: '/trpc', trpcOptions: trpcOptions(deps) });

  app.get('/health/live', async () => ({ live: true }));
  app.get('/health/ready', async (_request, reply) => {
    const state = readiness(options.checks);
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  app.get('/metrics', async ({ ip }, reply) => {
    await deps.rateLimit.address(ip);
    return reply.type(options.registry.contentType).send(await options.registry.metrics());
  });
  return app;
}

function trpcOptions(deps: GatewayDeps): FastifyTRPCPluginOptions<AppRouter>['trpcOptions'] {
  return {
    router: appRouter,
    maxBatchSize: 20,
    createContext: async ({ req, res, info }): Promise<Context> => {
      const { cookie, origin } = req.headers;
      const token = bearerToken(req) ?? paramsToken(info);
      const introduction = introductionIn(deps, req);
      // One that is refused is counted like any other call, then refused by whoever asks for its viewer.
      const introduced = await introduction?.catch(() => undefined);
      let viewer = introduction?.then((by) => by.viewer);
      viewer?.catch(() => {});
      if (introduced) deps.log.debug({ region: introduced.from }, 'another region asks');
      return {
        deps,
        // What another region has sent is never sent on.
        cells: introduction ? undefined : deps.cells,
        about: introduced?.about,
        address: introduced?.address ?? visitorAddress(req, deps.webSecret),
        viewerOf: () => {
          viewer ??= deps.viewers({ token, cookie });
          return viewer;
        },
        keepGuestToken: async (trackingToken) => {
          // For pages of ours only: another's could put an order into somebody's browser.
          if (!deps.origins.has(origin) || res.sent) return;
          res.header('set-cookie', (await deps.guestCookie.adding(cookie, trackingToken)).cookie);
        },
        traceparent: single(req.headers.traceparent),
      };
    },
    responseMeta: ({ errors }) => {
      const wait = errors.map((error) => describeError(error).data.retryAfterSeconds).find((seconds) => seconds);
      return wait === undefined ? {} : { headers: new Headers({ 'retry-after': String(wait) }) };
    },
    onError: ({ error, path }) => {
      const { reason } = describeError(error).data;
      deps.business.callRefused(reason === 'UNKNOWN_PROCEDURE' ? 'unknown' : (path ?? 'unknown'), reason);
      if (reason === 'INTERNAL') deps.log.error({ err: error.cause ?? error, procedure: path }, 'procedure failed');
      else deps.log.debug({ procedure: path, reason, error: errorMessage(error) }, 'refused');
      noteUnreadable(deps, error.cause);
    },
  };
}

/**
 * Running requests get their answer. Streams never end by themselves and are cut, so that their clients come
 * back, to another replica, with the last id they saw; ended politely they would take it for the end of the order.
 */
function finish(app: FastifyInstance, streams: ReadonlySet<Socket>): void {
  for (const socket of streams) socket.destroy();
  const idle = setInterval(() => app.server.closeIdleConnections(), 50);
  const enough = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
  app.server.once('close', () => {
    clearInterval(idle);
    clearTimeout(enough);
  });
}

/** In tRPC's shape, so that its clients understand what fastify refused before tRPC saw it. */
const trpcShape = ({ message, data }: DescribedError) => ({
  error: { message, code: TRPC_ERROR_CODES_BY_KEY[data.code as keyof typeof TRPC_ERROR_CODES_BY_KEY], data },
});

function trpcErrorFor(error: FastifyError | TRPCError | DomainError): TRPCError {
  if (error instanceof TRPCError) return error;
  if (error instanceof DomainError) return trpcErrorOf(error);
  switch (error.statusCode) {
    case 413:
      return new TRPCError({ code: 'PAYLOAD_TOO_LARGE' });
    case 415:
      return new TRPCError({ code: 'UNSUPPORTED_MEDIA_TYPE' });
    default:
      if ((error.statusCode ?? 500) >= 500) return new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error });
      return error.code?.startsWith('FST_ERR_CTP_')
        ? trpcErrorOf(new DomainError('INVALID_INPUT', 'The body cannot be read', { field: 'body' }))
        : trpcErrorOf(new DomainError('INVALID_INPUT', 'The address cannot be read', { field: 'url' }));
  }
}

/** A browser's EventSource sends no headers. Elsewhere a token stays out of addresses, which end up in logs. */
function paramsToken({ type, connectionParams }: TRPCRequestInfo): string | undefined {
  const token = connectionParams?.token || undefined;
  if (token !== undefined && type !== 'subscription') {
    throw new DomainError('UNAUTHENTICATED', 'Only a subscription may show its token in connectionParams');
  }
  return token;
}

/** Whom another region asks for. Not believing it, without regions, would make somebody a guest. */
function introductionIn({ cells }: GatewayDeps, { headers }: FastifyRequest): Promise<Introduction> | undefined {
  const shown = single(headers[CELL_HEADER]);
  if (shown === undefined) return undefined;
  return cells?.introduced(shown) ?? Promise.reject(notIntroduced());
}

function bearerToken({ headers }: FastifyRequest): string | undefined {
  // A scheme we don't know is as bad as a bad token, not as none.
  return headers.authorization?.replace(/^Bearer +/i, '');
}

function noteUnreadable({ log }: GatewayDeps, error: unknown): void {
  if (error instanceof UnreadableOrderError) log.error({ orderId: error.orderId, why: error.message }, UNREADABLE);
}

const single = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;
