'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { useTrpc } from '../trpc/client.tsx';
import { failureOf } from '../trpc/failure.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Stamp } from '../ui/stamp.tsx';
import { FormFailure } from './form-failure.tsx';
import type { SavedAddress } from './types.ts';

interface AddressCardProps {
  readonly saved: SavedAddress;
  onEdit(): void;
  onRemoved(): void;
}

/** An address as it stands on a label, and what can be done with it. */
export function AddressCard({ saved, onEdit, onRemoved }: AddressCardProps) {
  const t = useTranslations('account.addresses');
  const trpc = useTrpc();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const keep = (answer: { addresses: SavedAddress[] }) =>
    queries.setQueryData(trpc.profile.addresses.list.queryKey(), answer);
  const makeDefault = useMutation(trpc.profile.addresses.setDefault.mutationOptions({ onSuccess: keep }));
  const remove = useMutation(
    trpc.profile.addresses.remove.mutationOptions({
      onSuccess: (answer) => {
        keep(answer);
        onRemoved();
      },
    }),
  );
  const { addressId, label, address, isDefault } = saved;
  const name = label ?? `${address.name}, ${address.city}`;
  const failed = makeDefault.error ?? remove.error;
  return (
    <Sheet>
      <div className="flex h-full flex-col gap-3 p-5">
        <div className="flex min-h-7 flex-wrap items-start justify-between gap-2">
          <h2 className="font-semibold wrap-anywhere">
            <bdi>{name}</bdi>
          </h2>
          {isDefault ? <Stamp tone="ink">{t('default')}</Stamp> : null}
        </div>
        <AddressLines {...saved} />
        <FormFailure failure={failed ? failureOf(failed) : undefined} />
        <div className="-mb-2 -ml-2 flex flex-wrap items-center gap-x-2">
          <Button look="quiet" onClick={onEdit} aria-label={t('editOf', { name })}>
            {t('edit')}
          </Button>
          <Button look="quiet" onClick={() => setAsking(true)} aria-label={t('removeOf', { name })}>
            {t('remove')}
          </Button>
          {isDefault ? null : (
            <Button
              look="quiet"
              aria-label={t('makeDefaultOf', { name })}
              busy={makeDefault.isPending ? t('makeDefault') : undefined}
              onClick={() => makeDefault.mutate({ addressId })}
            >
              {t('makeDefault')}
            </Button>
          )}
        </div>
        <Dialog
          open={asking}
          onOpenChange={setAsking}
          title={t('removeOf', { name: `\u2068${name}\u2069` })}
          description={t('sure')}
          footer={
            <div className="flex flex-wrap gap-3">
              <Button
                look="danger"
                busy={remove.isPending ? t('remove') : undefined}
                onClick={() => {
                  setAsking(false);
                  remove.mutate({ addressId });
                }}
              >
                {t('remove')}
              </Button>
              <Button look="secondary" onClick={() => setAsking(false)}>
                {t('keep')}
              </Button>
            </div>
          }
        >
          <AddressLines {...saved} />
        </Dialog>
      </div>
    </Sheet>
  );
}

function AddressLines({ address, phone }: Pick<SavedAddress, 'address' | 'phone'>) {
  const country = new Intl.DisplayNames([useLocale()], { type: 'region' }).of(address.country) ?? address.country;
  const lines = [
    address.name,
    address.company,
    address.line1,
    address.line2,
    `${address.postalCode} ${address.city}`,
    address.region,
    country,
    phone,
  ].filter((line) => line !== undefined && line !== '');
  return (
    <address className="flex-1 wrap-anywhere not-italic">
      {lines.map((line, position) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two lines may say the same, and none moves
        <bdi key={position} className="block">
          {line}
        </bdi>
      ))}
    </address>
  );
}
