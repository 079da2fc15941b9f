import { setTimeout as pause } from 'node:timers/promises';
import {
  changePasswordInput,
  guestSessionInput,
  requestPasswordResetInput,
  resetPasswordInput,
  revokeSessionInput,
  sendVerificationInput,
  signInInput,
  signUpInput,
} from '@orderflow/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ZodError, z } from 'zod';
import { visitorAddress } from '../access/visitor.ts';
import { AUTH_PATH } from '../accounts/auth.ts';
import { toAuthEmail, withPeoplesEmails } from '../accounts/auth-email.ts';
import type { GatewayDeps } from '../gateway-deps.ts';
import { DomainError } from '../platform/domain-error.ts';
import { requireStore } from '../platform/require-store.ts';
import { invalidInput } from './errors.ts';

/** How long an answer takes at least that must not tell whether there is such an account. */
const NO_SOONER_MS = 400;
const MAX_USER_AGENT = 200;
/** The cookie of a guest's tracking links. */
export const GUEST_PATH = `${AUTH_PATH}/guest`;
const nothing = z.strictObject({}).default({});

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: z.ZodType;
  /** `attempt`: somebody may be guessing a password; `mail`: a mail goes out. */
  readonly counts?: 'attempt' | 'mail';
}

/** What of better-auth there is here; the rest of it is not served. */
const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/sign-up/email', body: signUpInput, counts: 'mail' },
  { method: 'POST', path: '/sign-in/email', body: signInInput, counts: 'attempt' },
  { method: 'POST', path: '/sign-out', body: nothing },
  { method: 'GET', path: '/get-session' },
  { method: 'POST', path: '/send-verification-email', body: sendVerificationInput, counts: 'mail' },
  { method: 'GET', path: '/verify-email' },
  { method: 'POST', path: '/request-password-reset', body: requestPasswordResetInput, counts: 'mail' },
  { method: 'POST', path: '/reset-password', body: resetPasswordInput },
  { method: 'POST', path: '/change-password', body: changePasswordInput, counts: 'attempt' },
  { method: 'GET', path: '/list-sessions' },
  { method: 'POST', path: '/revoke-session', body: revokeSessionInput },
  { method: 'POST', path: '/revoke-other-sessions', body: nothing },
  { method: 'POST', path: '/revoke-sessions', body: nothing },
];

/** `/auth/*`: accounts and sessions, and the cookie of a guest's tracking links. */
export function authRoutes(deps: GatewayDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    app.addHook('onRequest', async (request, reply) => {
      reply.header('cache-control', 'no-store');
      await deps.rateLimit.address(visitorAddress(request, deps.webSecret));
    });
    for (const route of ROUTES) {
      const { method, path } = route;
      app.route({
        method,
        url: `${AUTH_PATH}${path}`,
        exposeHeadRoute: false,
        handler: (request, reply) => serve(deps, route, request, reply),
      });
    }

    app.post(GUEST_PATH, async (request, reply) => {
      // It puts somebody's order into the browser, so it comes from a page of ours, cookie or not.
      if (!deps.origins.has(request.headers.origin))
        throw new DomainError('CSRF', 'This does not come from a page of ours');
      const { token } = parsed(guestSessionInput, request.body);
      const { orderId, cookie } = await deps.guestCookie.adding(request.headers.cookie, token);
      return reply.header('set-cookie', cookie).send({ orderId });
    });
    app.delete(GUEST_PATH, async (_request, reply) =>
      reply.header('set-cookie', deps.guestCookie.cleared()).code(204).send(),
    );
  };
}

async function serve(deps: GatewayDeps, route: Route, request: FastifyRequest, reply: FastifyReply) {
  const began = performance.now();
  requireStore(deps);
  const body = route.body && parsed(route.body, request.body);
  const attempt = await counted(deps, route, request, body);
  const answer = await deps.accounts.handle(forBetterAuth(deps, request, body));
  if (answer.ok) await attempt?.succeeded();
  if (route.counts === 'mail') await pause(Math.max(0, NO_SOONER_MS - (performance.now() - began)));
  for (const [name, value] of answer.headers) reply.header(name, value);
  // Whoever leaves a browser leaves no orders in it.
  if (route.path === '/sign-out') reply.header('set-cookie', deps.guestCookie.cleared());
  const { status, text } = await shown(answer, route, body);
  return reply.code(status).send(text);
}

/** The answer, but for what would tell whether there is such an account. */
async function shown(answer: Response, { path }: Route, body: unknown): Promise<{ status: number; text: string }> {
  const { status } = answer;
  const text = withPeoplesEmails(await answer.text());
  if (path === '/sign-in/email' && (status === 401 || status === 403)) {
    const message = 'The e-mail address or the password is wrong, or the address has not been confirmed yet';
    return { status: 401, text: JSON.stringify({ code: 'INVALID_EMAIL_OR_PASSWORD', message }) };
  }
  // 422: somebody else was quicker with the same address.
  if (path === '/sign-up/email' && (status === 200 || status === 422)) {
    const { name, email } = body as z.output<typeof signUpInput>;
    return { status: 200, text: JSON.stringify({ token: null, user: { name, email, emailVerified: false } }) };
  }
  return { status, text };
}

/** @throws RATE_LIMITED, PROVIDER_UNAVAILABLE: nobody could be written to */
async function counted(deps: GatewayDeps, { counts }: Route, request: FastifyRequest, body: unknown) {
  const { email } = { email: undefined, ...(body as { email?: string } | undefined) };
  const address = visitorAddress(request, deps.webSecret);
  // A password that is changed is the session's; what it is called makes no difference, only that it is the same.
  if (counts === 'attempt') return deps.rateLimit.signIn(address, email ?? request.headers.cookie ?? '');
  if (counts !== 'mail') return;
  if (!deps.mailer.usable) throw new DomainError('PROVIDER_UNAVAILABLE', 'This shop cannot send mails at the moment');
  await deps.rateLimit.accountMail(address, email ?? '');
}

function forBetterAuth({ accounts }: GatewayDeps, { method, url, headers }: FastifyRequest, body: unknown): Request {
  const given = {
    cookie: headers.cookie,
    origin: headers.origin,
    'user-agent': headers['user-agent']?.slice(0, MAX_USER_AGENT),
  };
  const sent = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const target = new URL(url, 'http://here');
  return new Request(`${new URL(accounts.baseUrl()).origin}${target.pathname}${target.search}`, {
    method,
    headers: [...sent, ...(body === undefined ? [] : ([['content-type', 'application/json']] as [string, string][]))],
    ...(body === undefined ? {} : { body: JSON.stringify(withAuthEmail(body)) }),
  });
}

function withAuthEmail(body: unknown): unknown {
  const { email } = body as { email?: string };
  return email === undefined ? body : { ...(body as object), email: toAuthEmail(email) };
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const { data, error } = schema.safeParse(body ?? undefined);
  if (error instanceof ZodError) throw invalidInput(error);
  return data as T;
}
