import type { Cart } from '../cart/cart-cookie.ts';
import type { Locale } from '../i18n/locales.ts';
import type { PlaceInput } from './checkout-form.ts';
import type { CheckedCheckout } from './checkout-schema.ts';

interface Purchase {
  readonly cart: Cart;
  readonly currency: string;
  /** What the customer saw, in minor units. */
  readonly total: number;
  readonly paymentMethod: string;
  readonly locale: Locale;
}

/** What is ordered, but for its key. */
export function orderOf(checkout: CheckedCheckout, purchase: Purchase): Omit<PlaceInput, 'idempotencyKey'> {
  const { email, phone, address, billing, vatId, method } = checkout;
  const { cart, currency, total, paymentMethod, locale } = purchase;
  return {
    lines: cart.map(({ sku, quantity }) => ({ sku, quantity })),
    shippingMethod: method,
    address,
    ...(billing && { billingAddress: billing }),
    ...(vatId !== undefined && { vatId }),
    contact: { email, ...(phone !== undefined && { phone }) },
    currency,
    paymentMethod,
    expectedTotal: total,
    locale,
  };
}
