import { localeSchema, money, type ShopConfig, shippingMethodSchema, unitPricesOf } from '@orderflow/contracts';
import type { Seller } from '@orderflow/documents';
import { DESTINATIONS, destinationOf } from './catalogue/countries.ts';
import { FREE_SHIPPING_FROM, SHIPPING_DAYS, SHOP_COUNTRY, SHOP_CURRENCY, SHOP_TIME_ZONE } from './catalogue/rates.ts';
import { TEST_CARDS } from './catalogue/test-cards.ts';
import type { GatewayConfig } from './config.ts';

/** What a shop's pages need to know before anybody has ordered anything. */
export function shopConfig(config: GatewayConfig, seller: Seller): ShopConfig {
  const home = destinationOf(SHOP_COUNTRY);
  const demo = config.STRIPE_API_URL !== undefined;
  return {
    name: seller.name,
    currency: SHOP_CURRENCY,
    countries: [...DESTINATIONS],
    defaultCountry: SHOP_COUNTRY,
    shippingMethods: shippingMethodSchema.options.map((method) => ({ method, days: SHIPPING_DAYS[method][home.zone] })),
    freeShippingFrom: unitPricesOf(money(FREE_SHIPPING_FROM, SHOP_CURRENCY), home.taxBasisPoints).gross,
    returnDays: config.RETURN_WINDOW_DAYS,
    paymentAttempts: config.PAYMENT_ATTEMPTS,
    cancelWindowSeconds: config.CANCEL_WINDOW_SECONDS,
    demo,
    ...(demo && config.MAILBOX_URL !== undefined && { mailboxUrl: config.MAILBOX_URL }),
    payment:
      config.STRIPE_PUBLISHABLE_KEY === undefined
        ? { kind: 'test_cards', cards: TEST_CARDS }
        : { kind: 'stripe', publishableKey: config.STRIPE_PUBLISHABLE_KEY },
    locales: localeSchema.options,
    timeZone: SHOP_TIME_ZONE,
    seller: { name: seller.name, address: seller.address.join('\n') },
    region: config.REGION,
  };
}
