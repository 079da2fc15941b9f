'use client';

import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Stamp } from '../ui/stamp.tsx';
import { Time } from '../ui/time.tsx';
import { ReturnForm } from './return-form.tsx';
import type { Order } from './types.ts';

/** What goes back: what was asked for already, and what still can. */
export function Returns({ order }: { order: Order }) {
  const t = useTranslations('order.returns');
  const id = useId();
  const [open, setOpen] = useState(false);
  const { returns, returnable, lines } = order;
  const nameOf = (sku: string) => lines.find((line) => line.sku === sku)?.name ?? sku;
  if (returns.length === 0 && !returnable) return null;
  return (
    <section aria-labelledby={id}>
      <Sheet>
        <h2 id={id} className="heading border-b border-hairline px-4 py-3 text-lg sm:px-6">
          {t('title')}
        </h2>
        {returns.length > 0 ? (
          <ul className="divide-y divide-hairline" data-testid="returns">
            {returns.map((one) => (
              <li key={one.returnId} className="flex flex-col gap-2 border-l-8 border-l-delivery px-4 py-4 sm:px-6">
                <div className="flex flex-wrap items-center justify-between gap-2">
                  <span className="text-sm text-muted">
                    <Time at={one.at} as="date" />
                  </span>
                  <Stamp tone={one.status === 'failed' ? 'wrong' : 'delivery'}>{t(`statuses.${one.status}`)}</Stamp>
                </div>
                <ul>
                  {one.lines.map(({ sku, quantity }) => (
                    <li key={sku}>
                      {quantity} × <bdi>{nameOf(sku)}</bdi>
                    </li>
                  ))}
                </ul>
                <p className="text-sm text-muted">{t(one.inspection ? 'inspected' : `next.${one.status}`)}</p>
                {one.tracking ? (
                  <a
                    href={one.tracking.url}
                    target="_blank"
                    rel="noreferrer"
                    className="inline-flex min-h-11 items-center self-start font-semibold text-pen underline underline-offset-4"
                  >
                    {t('label', { number: one.tracking.number })}
                  </a>
                ) : null}
              </li>
            ))}
          </ul>
        ) : null}
        {returnable ? (
          <div className="needs-script flex flex-col gap-4 px-4 py-4 not-first:border-t not-first:border-hairline sm:px-6">
            <p className="text-sm">{t.rich('until', { at: () => <Time at={returnable.until} as="date" /> })}</p>
            {open ? (
              <ReturnForm order={order} returnable={returnable.lines} onDone={() => setOpen(false)} />
            ) : (
              <div>
                <Button look="secondary" onClick={() => setOpen(true)} data-testid="return">
                  {t('open')}
                </Button>
              </div>
            )}
          </div>
        ) : null}
      </Sheet>
    </section>
  );
}
