import type { FastifyRequest } from 'fastify';
import type { WebConfig } from '../config.ts';

/** Only this server says where a visitor comes from, to the pages and to the gateway. */
export const VISITOR_HEADER = 'x-orderflow-visitor';
export const WEB_HEADER = 'x-orderflow-web';

const CLAIMS = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
  // Next keeps these to itself.
  'x-middleware-subrequest',
  'x-invoke-path',
  'content-security-policy',
];

/** Takes away what a client claims of itself and says where it really comes from. */
export const fromOutside =
  ({ TRUST_PROXY }: WebConfig) =>
  async (request: FastifyRequest): Promise<void> => {
    // Fastify works both out lazily, from headers that are about to go.
    const { ip, host, protocol } = request;
    const { headers } = request.raw;
    for (const name of Object.keys(headers)) {
      if (name.startsWith('x-orderflow-') || CLAIMS.includes(name)) delete headers[name];
    }
    headers[VISITOR_HEADER] = ip;
    if (TRUST_PROXY > 0) Object.assign(headers, { 'x-forwarded-host': host, 'x-forwarded-proto': protocol });
  };
