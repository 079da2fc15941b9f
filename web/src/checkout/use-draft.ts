'use client';

import { useEffect } from 'react';
import type { UseFormReturn } from 'react-hook-form';
import type { CheckedCheckout } from './checkout-schema.ts';
import type { CheckoutValues } from './checkout-values.ts';
import { kept } from './kept.ts';

export const keptDraft = kept<CheckoutValues>('checkout');

/** What was typed is there again after a reload. */
export function useDraft(form: UseFormReturn<CheckoutValues, unknown, CheckedCheckout>): void {
  const { reset, watch, getValues } = form;
  useEffect(() => {
    const draft = keptDraft.read();
    if (draft) reset({ ...getValues(), ...draft });
    const { unsubscribe } = watch((values) => keptDraft.write(values as CheckoutValues));
    return unsubscribe;
  }, [reset, watch, getValues]);
}
