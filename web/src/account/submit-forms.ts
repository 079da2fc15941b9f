import 'server-only';
import { cookies, headers } from 'next/headers';
import { config } from '../config.ts';
import { VISITOR_HEADER, WEB_HEADER } from '../server/visitor.ts';
import { getVisitor } from '../visitor/visitor.ts';
import { type AuthFailure, authFailureOf } from './auth-failure.ts';
import { nextIn } from './next-path.ts';
import { verifiedPath, withNext } from './paths.ts';

/** Where the browser goes after a form, and the cookies it takes along. */
interface Outcome {
  readonly path: string;
  readonly cookies?: readonly string[];
}

const ANSWER_TIMEOUT_MS = 10_000;
const text = (form: FormData, name: string) => String(form.get(name) ?? '').trim();

/** What each form does where there is no JavaScript; what was typed is lost, as it must not stand in an address. */
export const SUBMITTED: Readonly<Record<string, (form: FormData) => Promise<Outcome>>> = {
  'sign-in': async (form) => {
    const next = nextIn(form.get('next'));
    const { failure, cookies: made } = await post('/auth/sign-in/email', {
      email: text(form, 'email'),
      password: String(form.get('password') ?? ''),
      rememberMe: form.has('remember'),
    });
    return failure ? back('/sign-in', { failure, next }) : { path: next ?? '/account', cookies: made };
  },
  'sign-up': async (form) => {
    const next = nextIn(form.get('next'));
    const { failure } = await post('/auth/sign-up/email', {
      name: text(form, 'name'),
      email: text(form, 'email'),
      password: String(form.get('password') ?? ''),
      locale: (await getVisitor()).locale,
      callbackURL: verifiedPath(next),
    });
    return back('/sign-up', { failure, next });
  },
  reset: async (form) => {
    const { failure } = await post('/auth/request-password-reset', { email: text(form, 'email') });
    return back('/reset', { failure });
  },
  'sign-out': async () => {
    const { failure, cookies: made } = await post('/auth/sign-out', {});
    return failure ? back('/account', { failure }) : { path: '/', cookies: made };
  },
  track: async (form) => {
    const input = { orderNumber: text(form, 'orderNumber'), email: text(form, 'email') };
    const { failure } = await post('/trpc/orders.sendTrackingLink', input);
    return back('/track', { failure });
  },
};

function back(
  path: string,
  { failure, next }: { failure?: AuthFailure | undefined; next?: string | undefined },
): Outcome {
  const said = failure ? `failed=${failure.reason}` : 'sent=1';
  const there = withNext(path, next);
  return { path: `${there}${there.includes('?') ? '&' : '?'}${said}` };
}

/** As the visitor: with their cookies, the origin that their browser names, their address. */
async function post(path: string, body: object): Promise<{ failure?: AuthFailure; cookies: string[] }> {
  const [jar, sent] = await Promise.all([cookies(), headers()]);
  const secret = config().WEB_SECRET;
  const passed = [
    ['origin', sent.get('origin')],
    ['user-agent', sent.get('user-agent')],
    ...(secret === undefined
      ? []
      : [
          [WEB_HEADER, secret],
          [VISITOR_HEADER, sent.get(VISITOR_HEADER)],
        ]),
  ].filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  try {
    const response = await fetch(`${config().GATEWAY_URL}${path}`, {
      method: 'POST',
      headers: [['content-type', 'application/json'], ['cookie', jar.toString()], ...passed],
      body: JSON.stringify(body),
      cache: 'no-store',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    const answer: unknown = await response.json().catch(() => undefined);
    const made = response.headers.getSetCookie();
    return response.ok ? { cookies: made } : { failure: authFailureOf(response.status, answer), cookies: [] };
  } catch {
    return { failure: { reason: 'GATEWAY_UNAVAILABLE', transient: true }, cookies: [] };
  }
}
