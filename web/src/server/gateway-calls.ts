import replyFrom from '@fastify/reply-from';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import type { WebConfig } from '../config.ts';
import { WEB_HEADER } from './visitor.ts';

const PREFIXES = ['/trpc/*', '/auth/*', '/invoices/*', '/credit-notes/*'];
const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 30_000;
/** Each open tab holds one for its stream. */
const CONNECTIONS = 10_000;

/** Leads a browser's calls to the gateway, streams unbuffered, with the visitor's address. */
export const gatewayCalls =
  (config: WebConfig): FastifyPluginAsync =>
  async (app) => {
    await app.register(replyFrom, {
      base: config.GATEWAY_URL,
      disableRequestLogging: true,
      undici: {
        connections: CONNECTIONS,
        pipelining: 1,
        connectTimeout: CONNECT_TIMEOUT_MS,
        headersTimeout: ANSWER_TIMEOUT_MS,
      },
    });
    for (const url of PREFIXES) {
      app.all(url, (request, reply) =>
        reply.from(request.url, {
          // A mutation that may have arrived is the browser's to ask for again, with its key.
          retriesCount: 0,
          rewriteRequestHeaders: (_request, headers) => ({
            ...headers,
            ...(config.WEB_SECRET === undefined ? {} : { [WEB_HEADER]: config.WEB_SECRET }),
          }),
          onError: (_reply, { error }) => {
            request.log.warn({ err: error, url: request.url }, 'the gateway did not answer');
            sendUnavailable(reply);
          },
        }),
      );
    }
  };

/** In tRPC's shape, so that a browser handles it like any other error of a procedure. */
function sendUnavailable(reply: FastifyReply): void {
  const data = { code: 'SERVICE_UNAVAILABLE', httpStatus: 503, reason: 'GATEWAY_UNAVAILABLE', retryAfterSeconds: 2 };
  void reply
    .code(503)
    .header('retry-after', '2')
    .type('application/json')
    .send(
      JSON.stringify({
        error: {
          message: 'The shop cannot be reached at the moment',
          code: TRPC_ERROR_CODES_BY_KEY.SERVICE_UNAVAILABLE,
          data,
        },
      }),
    );
}
