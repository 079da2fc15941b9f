import { money, type ProductDetails, shippingMethodSchema, unitPricesOf } from '@orderflow/contracts';
import type { Destination } from './countries.ts';
import { SHIPPING_DAYS, SHOP_CURRENCY, SHOP_TIME_ZONE, shippingCents } from './rates.ts';

const DAY_MS = 86_400_000;
const shopDay = new Intl.DateTimeFormat('en-CA', { timeZone: SHOP_TIME_ZONE, dateStyle: 'short' });

/** Pure: by when an order placed now would arrive, and what sending it costs. @param net what its goods cost before tax */
export function deliveryEstimates(
  net: number,
  { zone, taxBasisPoints }: Destination,
  now: Date,
): ProductDetails['delivery'] {
  return shippingMethodSchema.options.map((method) => {
    const { min, max } = SHIPPING_DAYS[method][zone];
    const shipping = money(shippingCents(method, zone, net), SHOP_CURRENCY);
    const { gross } = unitPricesOf(shipping, taxBasisPoints);
    return { method, gross, earliest: workingDaysAfter(now, min), latest: workingDaysAfter(now, max) };
  });
}

/** The day so many working days later, Monday to Friday, by the shop's clock. */
function workingDaysAfter(now: Date, days: number): string {
  let day = Date.parse(shopDay.format(now));
  for (let left = days; left > 0; ) {
    day += DAY_MS;
    const weekday = new Date(day).getUTCDay();
    if (weekday !== 0 && weekday !== 6) left -= 1;
  }
  return new Date(day).toISOString().slice(0, 10);
}
