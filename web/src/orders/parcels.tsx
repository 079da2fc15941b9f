import { useTranslations } from 'next-intl';
import { useId } from 'react';
import { Sheet } from '../ui/sheet.tsx';
import { Stamp, type Tone } from '../ui/stamp.tsx';
import { Time } from '../ui/time.tsx';
import { isOver } from './headline.ts';
import type { Order } from './types.ts';

type Parcel = Order['parcels'][number];

const WRONG: readonly Parcel['status'][] = ['failed', 'lost', 'returned'];
const DONE: readonly Parcel['status'][] = ['delivered', 'dispatched', 'created'];

const toneOf = (status: Parcel['status']): Tone =>
  WRONG.includes(status) ? 'wrong' : DONE.includes(status) ? 'delivery' : 'gateway';

/** What travels in which parcel, and where it is. */
export function Parcels({ order }: { order: Order }) {
  const t = useTranslations('order');
  const id = useId();
  const nameOf = (sku: string) => order.lines.find((line) => line.sku === sku)?.name ?? sku;
  // Where goods are kept for an order that may never leave is nothing to tell.
  if (order.parcels.length === 0 || order.status === 'pending' || isOver(order)) return null;
  return (
    <section aria-labelledby={id}>
      <Sheet>
        <h2 id={id} className="heading border-b border-hairline px-4 py-3 text-lg sm:px-6">
          {t('parcels.title', { count: order.parcels.length })}
        </h2>
        <ol className="divide-y divide-hairline">
          {order.parcels.map((parcel, index) => (
            <li key={parcel.parcelId} className="flex flex-col gap-2 border-l-8 border-l-delivery px-4 py-4 sm:px-6">
              <div className="flex flex-wrap items-center justify-between gap-2">
                <h3 className="font-semibold">
                  {order.parcels.length > 1 ? t('parcels.parcel', { number: index + 1 }) : t('parcels.only')}
                </h3>
                <Stamp tone={toneOf(parcel.status)}>{t(`parcels.statuses.${parcel.status}`)}</Stamp>
              </div>
              <ul className="text-sm text-muted">
                {parcel.lines.map(({ sku, quantity }) => (
                  <li key={sku}>
                    {quantity} × <bdi>{nameOf(sku)}</bdi>
                  </li>
                ))}
              </ul>
              {WRONG.includes(parcel.status) ? <p className="font-medium">{t('parcels.wrong')}</p> : null}
              <Tracking parcel={parcel} />
            </li>
          ))}
        </ol>
      </Sheet>
    </section>
  );
}

function Tracking({ parcel: { tracking, status } }: { parcel: Parcel }) {
  const t = useTranslations('order.parcels');
  if (!tracking) return null;
  return (
    <p className="flex flex-wrap items-baseline gap-x-4 gap-y-1">
      <a
        href={tracking.url}
        target="_blank"
        rel="noreferrer"
        className="inline-flex min-h-11 items-center font-semibold text-pen underline underline-offset-4"
      >
        {t('track', { carrier: tracking.carrier })}
      </a>
      <span className="id text-muted select-all">{tracking.number}</span>
      {tracking.eta && status === 'dispatched' ? (
        <span className="text-sm text-muted">
          {t.rich('eta', { at: () => <Time at={tracking.eta ?? ''} as="date" /> })}
        </span>
      ) : null}
    </p>
  );
}
