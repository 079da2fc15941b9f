'use client';

import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { useTrpc } from '../trpc/client.tsx';
import { Choice, Choices } from '../ui/choice.tsx';
import { formatMoney } from '../ui/money.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { Time } from '../ui/time.tsx';
import { useCheckoutForm } from './address-fields.tsx';
import { Section } from './section.tsx';
import type { CheckoutPrice } from './use-checkout-price.ts';

/** How it travels: what each way costs for this cart and country, with taxes, and when it would arrive. */
export function ShippingSection({ price: { priced, isStale }, country }: { price: CheckoutPrice; country: string }) {
  const t = useTranslations('checkout.shipping');
  const locale = useLocale();
  const { register } = useCheckoutForm();
  const arrivals = useArrivals(priced?.lines.find(({ quantity }) => quantity > 0)?.sku, country);
  return (
    <Section number={2} title={t('title')}>
      {priced ? (
        <div aria-busy={isStale} className="aria-busy:opacity-60">
          <Choices legend={t('method')}>
            {priced.methods.map(({ method, shippingGross }) => {
              const arrival = arrivals?.find((one) => one.method === method);
              return (
                <Choice
                  key={method}
                  {...register('method')}
                  value={method}
                  label={t(method)}
                  note={
                    arrival
                      ? t.rich('arrives', {
                          from: () => <Time at={arrival.earliest} as="date" />,
                          to: () => <Time at={arrival.latest} as="date" />,
                        })
                      : '…'
                  }
                  trailing={shippingGross.amount === 0 ? t('free') : formatMoney(shippingGross, locale)}
                />
              );
            })}
          </Choices>
        </div>
      ) : (
        <Skeleton className="h-32" />
      )}
    </Section>
  );
}

/** The days are the same for every product. */
function useArrivals(sku: string | undefined, country: string) {
  const trpc = useTrpc();
  const { data } = useQuery({
    ...trpc.catalog.get.queryOptions({ sku: sku ?? '', country }),
    enabled: sku !== undefined,
  });
  return data?.delivery;
}
