import type { FastifyInstance } from 'fastify';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { Answer } from './answers.ts';
import { receiveScan } from './carrier.ts';
import { receiveMailReport } from './mail.ts';
import { receiveStripeEvent } from './stripe.ts';
import { receiveMessageStatus } from './twilio.ts';
import type { WebhookRequest } from './webhook-request.ts';

const RECEIVERS: Record<string, (deps: GatewayDeps, request: WebhookRequest) => Answer | Promise<Answer>> = {
  stripe: receiveStripeEvent,
  carrier: receiveScan,
  twilio: receiveMessageStatus,
  mail: receiveMailReport,
};

/** `POST /webhooks/{stripe,carrier,twilio,mail}`, each verified by its provider's signature. */
export function webhooks(deps: GatewayDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    for (const [provider, receive] of Object.entries(RECEIVERS)) {
      app.post(`/webhooks/${provider}`, async ({ body, url, headers, ip }, reply) => {
        const header = (name: string) => (typeof headers[name] === 'string' ? headers[name] : undefined);
        const given = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
        const answer = await receive(deps, { body: given, url, header });
        deps.business.webhook(provider, answer.outcome);
        if (answer.outcome === 'unauthorised') {
          await deps.rateLimit.webhook(ip);
          deps.log.warn({ provider, ...answer.body }, 'webhook refused');
        }
        return reply.code(answer.status).send(answer.body);
      });
    }
  };
}
