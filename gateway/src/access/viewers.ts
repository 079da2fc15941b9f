import { cookiesIn } from './cookies.ts';
import type { GuestCookie } from './guest-cookie.ts';
import type { Tokens } from './tokens.ts';
import type { GuestOrders, Viewer, ViewerSession } from './viewer.ts';

/** What a request shows. */
export interface Credentials {
  /** A bearer token; it goes before every cookie. */
  readonly token: string | undefined;
  /** The `Cookie` header. */
  readonly cookie: string | undefined;
}

/** A session that is alive, and whose it is. */
export interface SignedIn {
  readonly session: ViewerSession;
  readonly role: 'customer' | 'staff';
}

export interface ViewersDeps {
  readonly tokens: Pick<Tokens, 'viewerOf'>;
  readonly guestCookie: Pick<GuestCookie, 'read'>;
  /** The names that a session's cookie may have. */
  readonly sessionCookies: readonly string[];
  readonly sessionOf: (cookie: string) => Promise<SignedIn | null>;
  readonly storeIsUp: () => boolean;
}

export type Viewers = (credentials: Credentials) => Promise<Viewer>;

/** Who is asking: by bearer token, else by session, else by the tracking links that the browser has opened. */
export function createViewers(deps: ViewersDeps): Viewers {
  const { tokens, guestCookie, sessionCookies, sessionOf, storeIsUp } = deps;

  return async ({ token, cookie }) => {
    if (token !== undefined || cookie === undefined) return tokens.viewerOf(token);
    const orders = await guestCookie.read(cookie);
    const cookies = cookiesIn(cookie);
    if (!sessionCookies.some((name) => cookies.has(name))) return guestOf(orders) ?? { role: 'anonymous' };
    if (!storeIsUp()) return { role: 'anonymous', session: 'unknown' };
    const signedIn = await sessionOf(cookie);
    if (!signedIn) return guestOf(orders, 'ended') ?? { role: 'anonymous', session: 'ended' };
    const { session, role } = signedIn;
    if (role === 'staff') return { role, id: session.userId, session };
    return { role, id: session.userId, session, ...(orders.size > 0 && { guestOrders: orders }) };
  };
}

function guestOf(orders: GuestOrders, session?: 'ended'): Viewer | undefined {
  const [id] = orders.values();
  return id === undefined ? undefined : { role: 'guest', id, orders, byCookie: session ? { session } : {} };
}
