'use client';

import Link from 'next/link';
import { useLocale, useTranslations } from 'next-intl';
import type { FormEvent, ReactNode } from 'react';
import { BinIcon } from '../ui/icons.tsx';
import { formatMoney, Money } from '../ui/money.tsx';
import { ProductImage } from '../ui/product-image.tsx';
import { Quantity } from '../ui/quantity.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { toast } from '../ui/toast.tsx';
import type { PricedCart, PricedLine } from './cart-changes.ts';
import { type Cart, type CartLine, withQuantity } from './cart-cookie.ts';

interface CartLinesProps {
  readonly cart: Cart;
  readonly priced: PricedCart | undefined;
  change(next: (cart: Cart) => Cart): void;
}

/** Every line with what it costs, and what became of it since the customer looked. */
export function CartLines({ cart, priced, change }: CartLinesProps) {
  const t = useTranslations('cart');
  const remove = (line: CartLine, name: string) => {
    change((now) => withQuantity(now, line.sku, 0));
    toast(t('removed', { name }), {
      action: {
        label: t('undo'),
        onClick: () => change((now) => (now.some(({ sku }) => sku === line.sku) ? now : [...now, line])),
      },
    });
  };
  return (
    <ul className="divide-y divide-hairline">
      {cart.map((line) => (
        <Line
          key={line.sku}
          line={line}
          priced={priced?.lines.find(({ sku }) => sku === line.sku)}
          onQuantity={(quantity) => change((now) => withQuantity(now, line.sku, quantity))}
          onRemove={(name) => remove(line, name)}
        />
      ))}
    </ul>
  );
}

interface LineProps {
  readonly line: CartLine;
  readonly priced: PricedLine | undefined;
  onQuantity(quantity: number): void;
  onRemove(name: string): void;
}

function Line({ line, priced, onQuantity, onRemove }: LineProps) {
  const t = useTranslations('cart');
  const locale = useLocale();
  const { sku, quantity } = line;
  const name = priced?.name ?? sku;
  const counts = priced !== undefined && priced.status !== 'sold_out' && priced.status !== 'unknown';
  // The price of one is known; what the quantity makes of it need not wait for the server.
  const had = priced?.status === 'reduced' ? Math.min(quantity, priced.quantity) : quantity;
  const sum = counts && priced.unitGross ? { ...priced.unitGross, amount: priced.unitGross.amount * had } : undefined;
  return (
    <li className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-x-4 gap-y-2 py-4">
      <div className="aspect-square self-start bg-tile p-2">
        {priced ? <ProductImage sku={sku} image={priced.image} /> : null}
      </div>
      <div className="flex flex-col gap-2">
        <div className="flex items-start justify-between gap-3">
          <div>
            {priced ? (
              <Link
                href={`/p/${sku}`}
                prefetch={false}
                className="font-semibold hover:text-pen hover:underline hover:underline-offset-4"
              >
                {name}
              </Link>
            ) : (
              <>
                <Skeleton className="h-6 w-40" />
                <Skeleton className="mt-1 h-4 w-24" />
              </>
            )}
            {counts && priced.unitGross ? (
              <p className="text-sm text-muted">{t('each', { amount: formatMoney(priced.unitGross, locale) })}</p>
            ) : null}
          </div>
          <p className="font-semibold">{sum ? <Money value={sum} /> : '–'}</p>
        </div>
        <div className="flex items-center justify-between gap-3">
          {counts || priced === undefined ? (
            <LineForm sku={sku}>
              <Quantity name="quantity" value={quantity} of={name} onChange={onQuantity} />
            </LineForm>
          ) : (
            <span />
          )}
          <form
            method="post"
            action="/cart/change"
            onSubmit={(event) => {
              event.preventDefault();
              onRemove(name);
            }}
          >
            <HiddenLine sku={sku} />
            <input type="hidden" name="quantity" value="0" />
            <button
              type="submit"
              className="-mr-3 grid size-11 place-items-center text-muted hover:text-wrong"
              aria-label={t('remove', { name })}
            >
              <BinIcon />
            </button>
          </form>
        </div>
        <LineChange line={line} priced={priced} />
      </div>
    </li>
  );
}

const HiddenLine = ({ sku }: { sku: string }) => (
  <>
    <input type="hidden" name="sku" value={sku} />
    <input type="hidden" name="how" value="set" />
    <input type="hidden" name="back" value="/cart" />
  </>
);

function LineForm({ sku, children }: { sku: string; children: ReactNode }) {
  const t = useTranslations('cart');
  return (
    <form
      method="post"
      action="/cart/change"
      onSubmit={(event: FormEvent) => event.preventDefault()}
      className="flex items-center gap-2"
    >
      <HiddenLine sku={sku} />
      {children}
      <noscript>
        <button type="submit" className="min-h-11 font-semibold text-pen underline">
          {t('set')}
        </button>
      </noscript>
    </form>
  );
}

/** In yellow what inventory has to say, in red what is gone. */
export function LineChange({ line, priced }: { line: CartLine; priced: PricedLine | undefined }) {
  const t = useTranslations('cart.changes');
  const locale = useLocale();
  if (!priced || priced.status === 'ok') return null;
  const { status, unitGross, available = 0 } = priced;
  const currency = unitGross?.currency;
  const text =
    status === 'price_changed' && unitGross && currency !== undefined
      ? t('price_changed', {
          was: formatMoney({ amount: line.seenGross ?? unitGross.amount, currency }, locale),
          now: formatMoney(unitGross, locale),
        })
      : status === 'reduced'
        ? t('reduced', { wanted: line.quantity, available })
        : status === 'sold_out' || status === 'unknown'
          ? t(status)
          : null;
  if (text === null) return null;
  const gone = status === 'sold_out' || status === 'unknown';
  return (
    <p
      className={`border-l-4 px-3 py-1.5 text-sm font-medium ${gone ? 'border-wrong bg-wrong-ground text-wrong' : 'border-inventory bg-inventory-ground'}`}
    >
      {text}
    </p>
  );
}
