import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import next from 'next';
import type { WebConfig } from '../config.ts';
import { contentSecurityPolicy, securityHeaders } from './security-headers.ts';

const WEB_DIR = fileURLToPath(new URL('../..', import.meta.url));

/** Whatever is not the gateway's is a page's or a file's. Gives what stops Next. */
export async function pages(app: FastifyInstance, config: WebConfig): Promise<() => Promise<void>> {
  const dev = config.NODE_ENV === 'development';
  const web = next({ dev, dir: WEB_DIR, hostname: config.HOST, port: config.PORT });
  await web.prepare();
  const handle = web.getRequestHandler();
  const fixed = securityHeaders(config);
  if (dev) app.server.on('upgrade', web.getUpgradeHandler());
  app.all('/*', async (request, reply) => {
    reply.hijack();
    for (const [name, value] of fixed) reply.raw.setHeader(name, value);
    if (!request.url.startsWith('/_next/')) {
      const policy = contentSecurityPolicy(config, randomBytes(16).toString('base64'));
      reply.raw.setHeader('content-security-policy', policy);
      // Next takes the nonce for its own inline scripts from the request.
      request.raw.headers['content-security-policy'] = policy;
    }
    await handle(request.raw, reply.raw);
  });
  return () => web.close();
}
