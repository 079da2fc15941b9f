'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useTrpc } from '../trpc/client.tsx';
import { failureOf } from '../trpc/failure.ts';
import { Button } from '../ui/button.tsx';
import { FormFailure } from './form-failure.tsx';
import { Notice } from './notice.tsx';
import { Panel } from './panel.tsx';

/** Offers to attach the orders that were placed as a guest with the account's address. */
export function ClaimOrders({ email }: { email: string }) {
  const t = useTranslations('account.claim');
  const trpc = useTrpc();
  const queries = useQueryClient();
  const claim = useMutation(
    trpc.orders.claim.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.orders.list.pathKey() }),
    }),
  );
  return (
    <Panel title={t('title')}>
      {claim.data ? (
        <Notice>{t('done', { count: claim.data.claimed })}</Notice>
      ) : (
        <>
          <p className="max-w-[60ch] text-muted">{t('text', { email })}</p>
          <FormFailure failure={claim.error ? failureOf(claim.error) : undefined} />
          <div>
            <Button look="secondary" busy={claim.isPending ? t('looking') : undefined} onClick={() => claim.mutate({})}>
              {t('action')}
            </Button>
          </div>
        </>
      )}
    </Panel>
  );
}
