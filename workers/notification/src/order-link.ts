import { mintTrackingToken, orderLink, trackingDays } from '@orderflow/contracts';

/** The address of an order's page for this customer, with the key to it for a guest; undefined: there is no shop that we know of. */
export type OrderLink = (orderId: string, customerId: string, now: Date) => Promise<string | undefined>;

export interface LinkConfig {
  readonly SHOP_URL?: string | undefined;
  /** Shared with the gateway; unset: guests get no links. */
  readonly TRACKING_SECRET?: string | undefined;
  readonly DISPATCH_DAYS: number;
  readonly DELIVERY_DAYS: number;
  readonly RETURN_WINDOW_DAYS: number;
}

export function orderLinks(config: LinkConfig): OrderLink {
  const { SHOP_URL: shop, TRACKING_SECRET: secret } = config;
  const days = trackingDays({
    dispatchDays: config.DISPATCH_DAYS,
    deliveryDays: config.DELIVERY_DAYS,
    returnWindowDays: config.RETURN_WINDOW_DAYS,
  });
  return async (orderId, customerId, now) => {
    if (shop === undefined) return undefined;
    if (!customerId.startsWith('guest:')) return orderLink(shop, orderId);
    if (secret === undefined) return undefined;
    return orderLink(shop, orderId, await mintTrackingToken(secret, { customerId, orderId }, { days, now }));
  };
}
