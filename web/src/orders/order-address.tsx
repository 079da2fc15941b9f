import Link from 'next/link';
import { useLocale, useTranslations } from 'next-intl';
import { ChangeAddress } from './change-address.tsx';
import { ChangeEmail } from './change-email.tsx';
import { OrderPanel } from './panel.tsx';
import type { Order } from './types.ts';

/** Where it goes, whom the invoice is for, how we write; and, in its place, what can be changed about it. */
export function OrderAddress({ order, signedIn }: { order: Order; signedIn: boolean }) {
  const t = useTranslations('order.address');
  const { address, billingAddress, vatId, contact, emailProblem } = order;
  const isGuests = order.customerId.startsWith('guest:');
  return (
    <OrderPanel title={t('title')}>
      <Postal address={address} />
      {billingAddress ? (
        <div>
          <h3 className="label text-muted">{t('billing')}</h3>
          <Postal address={billingAddress} />
        </div>
      ) : null}
      {vatId === undefined ? null : (
        <p>
          <span className="label block text-muted">{t('vatId')}</span>
          <span className="id">{vatId}</span>
        </p>
      )}
      <p>
        <span className="label block text-muted">{t('contact')}</span>
        <bdi>{contact.email}</bdi>
        {contact.phone === undefined ? null : <span className="block">{contact.phone}</span>}
      </p>
      {signedIn && emailProblem === undefined && !isGuests ? <ChangeEmail order={order} /> : null}
      <ChangeAddress order={order} />
      {signedIn ? null : (
        <p className="border-t border-hairline pt-3 text-sm text-muted">
          {t.rich('account', {
            link: (text) => (
              <Link href="/sign-up" className="font-semibold text-pen underline underline-offset-4">
                {text}
              </Link>
            ),
          })}
        </p>
      )}
    </OrderPanel>
  );
}

function Postal({ address }: { address: Order['address'] }) {
  const locale = useLocale();
  const { name, company, line1, line2, postalCode, city, region, country } = address;
  const countryName = new Intl.DisplayNames([locale], { type: 'region' }).of(country) ?? country;
  const lines = [name, company, line1, line2, [postalCode, city, region].filter(Boolean).join(' '), countryName];
  return (
    <address className="not-italic">
      {lines.filter(Boolean).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an address stay where they are
        <bdi key={index} className="block">
          {line}
        </bdi>
      ))}
    </address>
  );
}
