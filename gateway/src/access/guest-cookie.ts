import { cookiesIn } from './cookies.ts';
import type { Tokens } from './tokens.ts';
import type { GuestOrders } from './viewer.ts';

/** Browsers keep at least 4,096 bytes of a cookie (RFC 6265, section 6.1); a token has about 330. */
const MOST_ORDERS = 8;
const NAME = 'orderflow_guest';
/** No character of a token. */
const SEPARATOR = '~';

export type GuestCookie = ReturnType<typeof createGuestCookie>;

/**
 * The tracking tokens of a browser's last orders, in a cookie that no script can read.
 * @param plain whether cookies travel without TLS, which they only do on one machine
 */
export function createGuestCookie(tokens: Pick<Tokens, 'guestOf'>, plain: () => boolean) {
  // A name that begins with it is only taken over TLS, for the host itself and all its paths (RFC 6265bis, 4.1.3.2).
  const name = () => (plain() ? NAME : `__Host-${NAME}`);
  const kept = (header: string | undefined) =>
    (cookiesIn(header).get(name()) ?? '').split(SEPARATOR).filter(Boolean).slice(0, MOST_ORDERS);
  const made = (value: string, seconds: number) =>
    `${name()}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${plain() ? '' : '; Secure'}`;

  return {
    /** The orders that a request's cookie opens, the latest first; tokens that are not good, or not any more, open none. */
    async read(header: string | undefined): Promise<GuestOrders> {
      const read = kept(header).map((token) => tokens.guestOf(token).catch(() => undefined));
      const good = (await Promise.all(read)).filter((guest) => guest !== undefined);
      return new Map(good.map(({ orderId, customerId }) => [orderId, customerId]));
    },

    /** `Set-Cookie` with this token in front of those that the request's cookie has. @throws as `tokens.guestOf` */
    async adding(header: string | undefined, token: string): Promise<{ orderId: string; cookie: string }> {
      const { orderId, expiresAt } = await tokens.guestOf(token);
      const others = await Promise.all(
        kept(header).map(async (one) => ({ one, order: (await tokens.guestOf(one).catch(() => undefined))?.orderId })),
      );
      const rest = others.filter(({ order }) => order !== undefined && order !== orderId).map(({ one }) => one);
      const value = [token, ...rest].slice(0, MOST_ORDERS).join(SEPARATOR);
      const seconds = Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1_000));
      return { orderId, cookie: made(value, seconds) };
    },

    /** `Set-Cookie` that takes it away. */
    cleared: (): string => made('', 0),
  };
}
