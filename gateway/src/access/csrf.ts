import type { FastifyRequest } from 'fastify';
import { DomainError } from '../platform/domain-error.ts';
import type { Origins } from './origins.ts';

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what another site's page may have sent with our cookies: `SameSite=Lax` alone leaves out sites of the same
 * domain, and forms need no preflight. Whatever changes something and is known by a cookie names an origin of ours.
 * Routes of accounts go by cookies alone, so there a bearer token makes no difference, and a foreign page is refused
 * without a cookie too: it could sign somebody in as somebody else.
 * @throws CSRF
 */
export function checkCsrf(
  request: Pick<FastifyRequest, 'method' | 'headers' | 'routeOptions'>,
  origins: Origins,
): void {
  const { method, headers, routeOptions } = request;
  if (SAFE.has(method)) return;
  const { origin, cookie, authorization } = headers;
  const ofAccounts = routeOptions.url?.startsWith('/auth/') === true;
  const byCookie = Boolean(cookie) && (ofAccounts || authorization === undefined);
  const foreign = ofAccounts && origin !== undefined;
  if ((byCookie || foreign) && !origins.has(origin)) {
    throw new DomainError('CSRF', 'This does not come from a page of ours; with a cookie only those may ask for it');
  }
}
