import { addMoney, allocateMoney, type Money, money, shareOfMoney, subtractMoney, timesMoney } from './money.ts';
import type { OrderLine, Prices } from './order.ts';

/** The price of one piece: `gross = net + tax`. */
export interface UnitPrices {
  readonly net: Money;
  readonly tax: Money;
  readonly gross: Money;
  readonly taxBasisPoints: number;
}

type Complete<T> = { [Key in keyof T]-?: Exclude<T[Key], undefined> };

/** A line with all its prices. */
export type PricedLine = Complete<OrderLine>;

/** Prices with all their parts: `total` is the sum of the lines' gross and `shippingGross`. */
export type FullPrices = Complete<Prices> & { lines: PricedLine[] };

/** The tax is rounded for one piece, so that what a consumer sees multiplies and adds up. */
export function unitPricesOf(net: Money, taxBasisPoints: number): UnitPrices {
  const tax = shareOfMoney(net, taxBasisPoints);
  return { net, tax, gross: addMoney(net, tax), taxBasisPoints };
}

export function pricedLineOf(
  line: Pick<OrderLine, 'sku' | 'name' | 'quantity' | 'unitPrice'>,
  taxBasisPoints: number,
): PricedLine {
  const { quantity, unitPrice } = line;
  const one = unitPricesOf(unitPrice, taxBasisPoints);
  const [net, tax] = [timesMoney(unitPrice, quantity), timesMoney(one.tax, quantity)];
  return { ...line, unitGross: one.gross, net, tax, gross: addMoney(net, tax), taxBasisPoints };
}

/** Totals of lines and shipping. @param shipping before tax */
export function pricesOf(lines: readonly PricedLine[], shipping: Money, taxBasisPoints: number): Complete<Prices> {
  const none = money(0, shipping.currency);
  const ofShipping = unitPricesOf(shipping, taxBasisPoints);
  const subtotal = addMoney(none, ...lines.map(({ net }) => net));
  const tax = addMoney(ofShipping.tax, ...lines.map((line) => line.tax));
  const total = addMoney(subtotal, shipping, tax);
  return { subtotal, shipping, tax, total, shippingGross: ofShipping.gross, taxBasisPoints };
}

const isPriced = ({ unitGross, net, tax, gross }: OrderLine): boolean =>
  unitGross !== undefined && net !== undefined && tax !== undefined && gross !== undefined;

/** Whether an order was priced by the piece; those of versions before were taxed as a whole. */
export function hasGrossPrices<T extends Prices & { lines: readonly OrderLine[] }>(order: T): order is T & FullPrices {
  return order.shippingGross !== undefined && order.lines.every(isPriced);
}

/**
 * An order's prices with all their parts. One of a version before was taxed as a whole: its tax is divided among lines
 * and shipping by what they cost, and `unitGross` is the nearest to what one piece came to.
 */
export function fullPricesOf(order: Prices & { lines: readonly OrderLine[] }): FullPrices {
  const { lines, subtotal, shipping, tax, total } = order;
  const rate = order.taxBasisPoints ?? rateOf(order);
  if (hasGrossPrices(order)) {
    const { shippingGross, lines: priced }: FullPrices = order;
    const known = priced.map((line) => ({ ...line, taxBasisPoints: line.taxBasisPoints ?? rate }));
    return { lines: known, subtotal, shipping, tax, total, shippingGross, taxBasisPoints: rate };
  }
  const nets = lines.map(({ unitPrice, quantity }) => timesMoney(unitPrice, quantity));
  const taxes = allocateMoney(
    tax,
    [...nets, shipping].map(({ amount }) => amount),
  );
  const priced = lines.map((line, index) => {
    const [net, ofLine] = [nets[index] as Money, taxes[index] as Money];
    const gross = addMoney(net, ofLine);
    const unitGross = money(Math.round(gross.amount / line.quantity), gross.currency);
    return { ...line, unitGross, net, tax: ofLine, gross, taxBasisPoints: rate };
  });
  const ofLines = addMoney(money(0, total.currency), ...priced.map(({ gross }) => gross));
  return {
    lines: priced,
    subtotal,
    shipping,
    tax,
    total,
    shippingGross: subtractMoney(total, ofLines),
    taxBasisPoints: rate,
  };
}

function rateOf({ subtotal, shipping, tax }: Prices): number {
  const net = subtotal.amount + shipping.amount;
  return net === 0 ? 0 : Math.round((tax.amount * 10_000) / net);
}
