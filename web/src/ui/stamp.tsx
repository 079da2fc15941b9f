import clsx from 'clsx';
import type { ReactNode } from 'react';

export type Tone = 'ink' | 'gateway' | 'inventory' | 'payment' | 'delivery' | 'notification' | 'wrong';

const TONES: Record<Tone, string> = {
  ink: 'border-ink text-ink',
  gateway: 'border-gateway bg-gateway-ground text-ink',
  inventory: 'border-inventory bg-inventory-ground text-ink',
  payment: 'border-payment bg-payment-ground text-ink',
  delivery: 'border-delivery bg-delivery-ground text-ink',
  notification: 'border-notification bg-notification-ground text-ink',
  wrong: 'border-wrong bg-wrong-ground text-wrong',
};

interface StampProps {
  /** Whose stamp it is; `wrong` only for what is wrong. */
  readonly tone?: Tone;
  readonly children: ReactNode;
  /** It was put there just now. */
  readonly landing?: boolean;
  /** As a hand does it; off where stamps stand in columns. */
  readonly tilted?: boolean;
  readonly className?: string;
}

/** A fact that has arrived, in a word. */
export function Stamp({ tone = 'ink', children, landing, tilted, className }: StampProps) {
  return (
    <span
      className={clsx(
        'id inline-block rounded-sm border-2 px-1.5 py-0.5 leading-tight whitespace-nowrap uppercase',
        TONES[tone],
        tilted && '-rotate-3',
        landing && 'stamp-lands',
        className,
      )}
    >
      {children}
    </span>
  );
}
