'use client';

import dynamic from 'next/dynamic';
import { useLocale, useTranslations } from 'next-intl';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { FormProvider, type Path, type Resolver, useForm, useWatch } from 'react-hook-form';
import type { Profile } from '../account/get-account.ts';
import type { SavedAddress } from '../account/types.ts';
import { useCart } from '../cart/cart-store.tsx';
import { AcceptChanges } from '../cart/cart-totals.tsx';
import { PaymentFields } from '../payment/payment-fields.tsx';
import type { PaymentPort } from '../payment/payment-port.ts';
import { type Failure, failureOf } from '../trpc/failure.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatMoney } from '../ui/money.tsx';
import { useShop } from '../visitor/shop-context.tsx';
import { AddressSection } from './address-section.tsx';
import { keptOrder } from './attempt.ts';
import { emptyAddress, formFieldOf, orderOf } from './checkout-form.ts';
import type { CheckedCheckout } from './checkout-schema.ts';
import type { CheckoutValues } from './checkout-values.ts';
import { OrderSummary } from './order-summary.tsx';
import { PurchasePanel } from './purchase-panel.tsx';
import { Section } from './section.tsx';
import { ShippingSection } from './shipping-section.tsx';
import { useCheckoutPrice } from './use-checkout-price.ts';
import { useDraft } from './use-draft.ts';
import { usePurchase } from './use-purchase.ts';

const SignInDialog = dynamic(() => import('./sign-in-dialog.tsx').then((module) => module.SignInDialog), {
  ssr: false,
});

const rules = () => import('./checkout-schema.ts');
const fetchRules = () => void rules().catch(() => undefined);
/** What is checked when a field is left need not be there when the page comes. */
const checkLater: Resolver<CheckoutValues, unknown, CheckedCheckout> = async (...given) =>
  (await rules()).checkoutResolver(...given);

interface CheckoutPageProps {
  readonly customer: Profile | null;
  readonly addresses: readonly SavedAddress[];
}

export function CheckoutPage(props: CheckoutPageProps) {
  const { cart } = useCart();
  const purchasing = usePurchase();
  const { phase } = purchasing.purchase;
  if (cart.length === 0 && phase === 'editing') return <NothingToPay />;
  return <Checkout {...props} purchasing={purchasing} />;
}

function Checkout({
  customer,
  addresses,
  purchasing,
}: CheckoutPageProps & { purchasing: ReturnType<typeof usePurchase> }) {
  const t = useTranslations('checkout');
  const locale = useLocale();
  const shop = useShop();
  const { purchase, begin, refuse, isEditing } = purchasing;
  const form = useForm<CheckoutValues, unknown, CheckedCheckout>({
    resolver: checkLater,
    defaultValues: startValues(customer, addresses, shop.country),
    mode: 'onTouched',
  });
  useDraft(form);
  const [address, method] = useWatch({ control: form.control, name: ['address', 'method'] });
  const price = useCheckoutPrice({ address, method });
  const formId = useId();
  const port = useRef<PaymentPort>(null);
  const changes = useRef<HTMLDivElement>(null);
  const [isChecking, setIsChecking] = useState(false);
  const [asks, setAsks] = useState(true);
  const lock = useRef(false);
  const frozen = purchase.phase !== 'editing';

  const showRefusal = (failure: Failure) => {
    const isAboutInput = failure.reason === 'INVALID_INPUT' || failure.reason === 'UNSUPPORTED_COUNTRY';
    const field = isAboutInput ? formFieldOf(failure.field) : undefined;
    if (field)
      form.setError(field as Path<CheckoutValues>, { type: 'server', message: 'refused' }, { shouldFocus: true });
    if (!failure.transient) void price.refresh();
  };
  const failure = purchase.phase === 'editing' ? purchase.failure : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each refusal is shown once
  useEffect(() => failure && showRefusal(failure), [failure]);
  useEffect(() => setAsks(purchase.phase === 'sign-in'), [purchase.phase]);

  const pay = async (checked: CheckedCheckout) => {
    if (lock.current || !isEditing() || !price.sums) return;
    lock.current = true;
    setIsChecking(true);
    try {
      refuse();
      const total = price.sums.total.amount;
      const { ok } = await price.fresh();
      // What has changed is marked at its line, and Pay cannot be pressed until it is accepted.
      if (!ok) return changes.current?.focus();
      const { name, postalCode, country } = checked.billing ?? checked.address;
      const paymentMethod = await port.current?.take({ name, email: checked.email, postalCode, country });
      if (paymentMethod === undefined) return;
      const order = orderOf(checked, { cart: price.cart, currency: shop.currency, total, paymentMethod, locale });
      await begin(order, customer?.id ?? null);
    } catch (error) {
      refuse(failureOf(error));
    } finally {
      lock.current = false;
      setIsChecking(false);
    }
  };
  const submit = (event: FormEvent) =>
    void form
      .handleSubmit(pay)(event)
      .catch((error) => refuse(failureOf(error)));
  const nameOf = (field: string | undefined) => {
    const sku = price.cart[Number(field?.split('.')[1])]?.sku;
    return price.priced?.lines.find((line) => line.sku === sku)?.name ?? sku ?? '';
  };
  const busy = isChecking
    ? t('summary.checking')
    : purchase.phase === 'sending' || purchase.phase === 'placed'
      ? t('summary.sending')
      : undefined;
  return (
    <FormProvider {...form}>
      <h1 className="heading mb-6 text-3xl sm:text-4xl">{t('title')}</h1>
      <noscript>
        <p className="mb-6 border-l-4 border-wrong bg-wrong-ground p-4">{t('needsScript')}</p>
      </noscript>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_24rem] lg:gap-8">
        <form id={formId} noValidate method="post" onSubmit={submit} onFocus={fetchRules} className="min-w-0">
          <fieldset disabled={frozen} className="flex min-w-0 flex-col gap-6 disabled:opacity-70">
            <AddressSection customer={customer} addresses={addresses} />
            <ShippingSection price={price} country={address.country} />
            <Section number={3} title={t('payment.title')}>
              <PaymentFields
                ref={port}
                amount={price.sums?.total.amount ?? 0}
                currency={shop.currency}
                disabled={frozen}
              />
              <p className="text-sm text-muted">{t('payment.cardHint')}</p>
            </Section>
          </fieldset>
        </form>
        <div className="min-w-0 lg:sticky lg:top-6">
          <OrderSummary price={price} country={address.country} isFrozen={frozen}>
            <div ref={changes} tabIndex={-1} className="outline-none">
              <AcceptChanges priced={price.priced} change={price.change} />
            </div>
            <PurchasePanel
              key={`${purchase.phase} ${failure?.reason}`}
              purchase={purchase}
              nameOf={nameOf}
              onAgain={purchasing.again}
              onRelease={purchasing.release}
              onSignIn={() => setAsks(true)}
            />
            {purchase.phase === 'unknown' || purchase.phase === 'sign-in' ? null : (
              <Button
                type="submit"
                form={formId}
                className="w-full text-lg"
                busy={busy}
                disabled={price.priced?.ok !== true && !frozen}
              >
                {price.sums
                  ? t('summary.pay', { amount: formatMoney(price.sums.total, locale) })
                  : t('summary.payNoAmount')}
              </Button>
            )}
            {price.priced && !price.priced.ok && !frozen ? (
              <p className="text-sm text-muted">{t('summary.acceptFirst')}</p>
            ) : null}
          </OrderSummary>
        </div>
      </div>
      {purchase.phase === 'sign-in' ? (
        <SignInDialog
          open={asks}
          onOpenChange={setAsks}
          email={customer?.email}
          text={purchase.other ? t('purchase.signIn.other') : t('purchase.signIn.text')}
          mayBeGuest={!purchase.uncertain}
          onSignedIn={() => void purchasing.identify(false)}
          onGuest={() => void purchasing.identify(true)}
        />
      ) : null}
    </FormProvider>
  );
}

function startValues(customer: Profile | null, addresses: readonly SavedAddress[], country: string): CheckoutValues {
  const [saved] = addresses;
  return {
    email: customer?.email ?? '',
    phone: saved?.phone ?? '',
    address: { ...emptyAddress(country), ...(saved?.address ?? { name: customer?.name ?? '' }) },
    hasBilling: false,
    billing: emptyAddress(country),
    vatId: '',
    method: 'standard',
  };
}

/** An empty cart, or one whose order is there: Back after paying leads to it. */
function NothingToPay() {
  const t = useTranslations('checkout');
  const [ordered, setOrdered] = useState<{ id: string; number: string }>();
  useEffect(() => setOrdered(keptOrder.read()), []);
  if (ordered) {
    return (
      <EmptyState
        title={t('ordered.title')}
        action={
          <>
            <ButtonLink href={`/orders/${ordered.id}`}>{t('ordered.action')}</ButtonLink>
            <ButtonLink href="/" look="secondary">
              {t('ordered.shop')}
            </ButtonLink>
          </>
        }
      >
        {t.rich('ordered.text', { number: () => <strong className="id text-ink">{ordered.number}</strong> })}
      </EmptyState>
    );
  }
  return (
    <EmptyState title={t('empty.title')} action={<ButtonLink href="/">{t('empty.action')}</ButtonLink>}>
      {t('empty.text')}
    </EmptyState>
  );
}
