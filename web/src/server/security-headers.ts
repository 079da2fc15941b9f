import type { WebConfig } from '../config.ts';

const STRIPE_SCRIPT = 'https://js.stripe.com';
const STRIPE_FRAMES = ['https://js.stripe.com', 'https://hooks.stripe.com'];

/**
 * Language, theme and cart come from cookies, so every page is rendered for its request and can carry a nonce.
 * Styles stay inline: positions of popups are set that way.
 */
export function contentSecurityPolicy({ NODE_ENV, FRAME_ORIGINS, SHOP_URL }: WebConfig, nonce: string): string {
  const dev = NODE_ENV === 'development';
  return Object.entries({
    'default-src': ["'self'"],
    'script-src': ["'self'", `'nonce-${nonce}'`, STRIPE_SCRIPT, ...(dev ? ["'unsafe-eval'"] : [])],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'https:'],
    'connect-src': ["'self'", 'https://api.stripe.com', ...(dev ? ['ws:'] : [])],
    'frame-src': ["'self'", ...STRIPE_FRAMES, ...FRAME_ORIGINS],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
    ...(SHOP_URL?.startsWith('https:') ? { 'upgrade-insecure-requests': [] } : {}),
  })
    .map(([name, values]) => [name, ...values].join(' '))
    .join('; ');
}

export function securityHeaders({ SHOP_URL }: WebConfig): ReadonlyMap<string, string> {
  return new Map([
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'DENY'],
    // A guest's link may carry its token in the fragment, and order ids are nobody else's business.
    ['referrer-policy', 'same-origin'],
    ['permissions-policy', 'camera=(), microphone=(), geolocation=(), payment=(self "https://js.stripe.com")'],
    ['cross-origin-opener-policy', 'same-origin'],
    ...(SHOP_URL?.startsWith('https:') ? [['strict-transport-security', 'max-age=31536000'] as const] : []),
  ]);
}
