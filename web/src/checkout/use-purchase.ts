'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';
import { v4 as uuid } from 'uuid';
import { useCart } from '../cart/cart-store.tsx';
import { useTrpc, useTrpcClient } from '../trpc/client.tsx';
import { type Failure, failureOf } from '../trpc/failure.ts';
import { type Attempt, keptAttempt, keptOrder, keptRelease, verdictOn } from './attempt.ts';
import type { PlaceInput } from './checkout-values.ts';
import { keptDraft } from './use-draft.ts';

/** How long until an answer that did not come is asked for again. */
const AGAIN_MS = 5_000;

export type Purchase =
  | { readonly phase: 'editing'; readonly failure?: Failure }
  /** Sent, or about to be: nothing can be changed. */
  | { readonly phase: 'sending' }
  /** No answer came: the same is asked again by itself. */
  | { readonly phase: 'unknown'; readonly failure: Failure }
  /** Whoever began has to say again who they are; `other`: it is somebody else now. */
  | { readonly phase: 'sign-in'; readonly other: boolean; readonly uncertain: boolean }
  | { readonly phase: 'placed'; readonly id: string };

/** Sends an attempt until its outcome is known, and leads to the order. One at a time, whatever is clicked. */
export function usePurchase() {
  const client = useTrpcClient();
  const trpc = useTrpc();
  const queries = useQueryClient();
  const router = useRouter();
  const { change } = useCart();
  const [purchase, setPurchase] = useState<Purchase>({ phase: 'editing' });
  // A second click comes before the next paint.
  const now = useRef<Purchase['phase']>('editing');
  const move = useCallback((next: Purchase) => {
    now.current = next.phase;
    setPurchase(next);
  }, []);

  const placed = useCallback(
    ({ id, number }: { id: string; number: string }, body: PlaceInput) => {
      keptOrder.write({ id, number });
      for (const done of [keptAttempt, keptRelease, keptDraft]) done.drop();
      const ordered = new Map(body.lines.map(({ sku, quantity }) => [sku, quantity]));
      // What another window has put into the cart meanwhile stays in it.
      change((cart) => cart.filter(({ sku, quantity }) => ordered.get(sku) !== quantity));
      move({ phase: 'placed', id });
      router.push(`/orders/${id}`);
    },
    [change, move, router],
  );

  const send = useCallback(
    async (attempt: Attempt): Promise<void> => {
      if (now.current === 'sending' || now.current === 'placed') return;
      move({ phase: 'sending' });
      keptAttempt.write(attempt);
      const { uncertain } = attempt;
      try {
        const is = attempt.customer === null ? null : (await client.profile.get.query()).id;
        if (is !== attempt.customer) return move({ phase: 'sign-in', other: true, uncertain });
        keptAttempt.write({ ...attempt, uncertain: true });
        const { order } = await client.orders.place.mutate(attempt.body);
        queries.setQueryData(trpc.orders.get.queryKey({ orderId: order.id }), order);
        placed(order, attempt.body);
      } catch (error) {
        const failure = failureOf(error);
        const verdict = verdictOn(failure, attempt);
        const released = keptRelease.read();
        if (verdict === 'unknown') return move({ phase: 'unknown', failure });
        if (verdict === 'sign-in') {
          keptAttempt.write(attempt);
          return move({ phase: 'sign-in', other: false, uncertain });
        }
        keptAttempt.drop();
        keptRelease.drop();
        move({ phase: 'editing', failure });
        // The one before arrived after all: it is the order, as it was then.
        if (verdict === 'taken' && released) await send(released);
      }
    },
    [client, move, placed, queries, trpc],
  );

  const again = useCallback(() => {
    const attempt = keptAttempt.read();
    if (attempt) void send(attempt);
    else move({ phase: 'editing' });
  }, [move, send]);

  // A reload in the middle, or Back to this page, goes on where it was.
  useEffect(() => {
    if (keptAttempt.read()) again();
  }, [again]);

  const waits = purchase.phase === 'unknown' ? purchase : undefined;
  useEffect(() => {
    if (!waits) return;
    const clock = setTimeout(again, Math.max(AGAIN_MS, (waits.failure.retryAfterSeconds ?? 0) * 1_000));
    addEventListener('online', again);
    return () => {
      clearTimeout(clock);
      removeEventListener('online', again);
    };
  }, [waits, again]);

  return {
    purchase,
    again,
    isEditing: () => now.current === 'editing',
    begin: (body: Omit<PlaceInput, 'idempotencyKey'>, customer: string | null) => {
      // What was released may have arrived: with its key there is one order, whichever comes first.
      const idempotencyKey = keptRelease.read()?.body.idempotencyKey ?? uuid();
      return send({ body: { ...body, idempotencyKey }, customer, uncertain: false });
    },
    refuse: (failure?: Failure) => move({ phase: 'editing', ...(failure && { failure }) }),
    /** Lets the customer change what was sent without an answer. */
    release: () => {
      const attempt = keptAttempt.read();
      if (attempt) keptRelease.write(attempt);
      keptAttempt.drop();
      move({ phase: 'editing' });
    },
    /** Somebody has signed in, or goes on as a guest: before anything was sent, whoever that is. */
    identify: async (guest: boolean) => {
      const attempt = keptAttempt.read();
      if (!attempt) return move({ phase: 'editing' });
      if (attempt.uncertain) return again();
      try {
        const customer = guest ? null : (await client.profile.get.query()).id;
        await send({ ...attempt, customer });
      } catch (error) {
        move({ phase: 'unknown', failure: failureOf(error) });
      }
    },
  };
}
