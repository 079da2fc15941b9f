'use client';

import { useTranslations } from 'next-intl';
import { failureOf } from '../trpc/failure.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { CartLines } from './cart-lines.tsx';
import { AcceptChanges, CartTotals, ToCheckout } from './cart-totals.tsx';
import { useCartPrice } from './use-cart-price.ts';

/** The cart beside the page. */
export function CartDrawer({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const t = useTranslations('cart');
  return (
    <Dialog side="right" open={open} onOpenChange={onOpenChange} title={t('title')}>
      <Contents onClose={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Contents({ onClose }: { onClose(): void }) {
  const t = useTranslations('cart');
  const { cart, change, query, priced } = useCartPrice();
  if (cart.length === 0) {
    return (
      <div className="flex flex-col items-start gap-4">
        <p className="font-semibold">{t('empty.title')}</p>
        <p className="text-muted">{t('empty.text')}</p>
        <Button look="secondary" onClick={onClose}>
          {t('empty.action')}
        </Button>
      </div>
    );
  }
  return (
    <div className="flex min-h-full flex-col gap-4">
      <AcceptChanges priced={priced} change={change} />
      <div className="flex-1">
        <CartLines {...{ cart, priced, change }} />
      </div>
      {query.isError && !priced ? (
        <ErrorPanel failure={failureOf(query.error)} onRetry={() => void query.refetch()} />
      ) : (
        <CartTotals priced={priced} stale={query.isPlaceholderData} />
      )}
      <ToCheckout priced={priced} />
      <ButtonLink href="/cart" look="secondary">
        {t('toCart')}
      </ButtonLink>
    </div>
  );
}
