import type { FaultKind } from './run.ts';

/** What may befall the handling of a message. */
export type Befalls =
  | { readonly at: number; readonly kind: FaultKind }
  /** It stops there, and others overtake it. */
  | { readonly at: number; readonly kind: 'pause' };

/**
 * One thing that happens in a world. Numbers choose among what there is at that moment (modulo), so that every
 * sequence means something, also after shrinking.
 */
export type Command =
  | { readonly do: 'place'; readonly cart: CartName; readonly card: CardName; readonly befalls?: Befalls | undefined }
  | { readonly do: 'cancel'; readonly order: number; readonly befalls?: Befalls | undefined }
  | {
      readonly do: 'retry payment';
      readonly order: number;
      readonly card: CardName;
      readonly befalls?: Befalls | undefined;
    }
  | { readonly do: 'answer challenge'; readonly nth: number; readonly outcome: 'succeed' | 'fail' }
  | {
      readonly do: 'refund';
      readonly order: number;
      readonly what: 'everything' | 'first line' | 'one cent';
      readonly restock: boolean;
      readonly befalls?: Befalls | undefined;
    }
  | { readonly do: 'request return'; readonly order: number; readonly befalls?: Befalls | undefined }
  | { readonly do: 'settle refund'; readonly nth: number; readonly status: 'succeeded' | 'failed' }
  | { readonly do: 'deliver'; readonly nth: number; readonly befalls?: Befalls | undefined }
  | { readonly do: 'deliver again'; readonly nth: number }
  /** So many messages, in an order that the seed decides, of which so many per cent meet trouble. */
  | { readonly do: 'flow'; readonly messages: number; readonly seed: number; readonly troubles: number }
  /** All that can be delivered now is, webhooks too. */
  | { readonly do: 'quiet' }
  /** So many things happen as they do on a good day: messages in order, then webhooks, then the carrier. */
  | { readonly do: 'proceed'; readonly steps: number }
  | { readonly do: 'resume'; readonly nth: number; readonly befalls?: Befalls | undefined }
  /** The broker takes a paused worker for dead and hands its message to another. */
  | { readonly do: 'redeliver paused'; readonly nth: number }
  | { readonly do: 'webhook'; readonly nth: number; readonly how: 'once' | 'three times' | 'never' }
  | { readonly do: 'scan'; readonly nth: number; readonly status: ScanName }
  | { readonly do: 'warehouse'; readonly name: 'BERLIN' | 'HAMBURG'; readonly open: boolean }
  | { readonly do: 'deadlines'; readonly worker: number; readonly befalls?: Befalls | undefined }
  | { readonly do: 'wait'; readonly long: Duration }
  | { readonly do: 'sweep' };

export const DURATIONS = {
  'a second': 1_000,
  'a minute': 61_000,
  'ten minutes': 10 * 60_000,
  'the hold': 15 * 60_000 + 1_000,
  'a day': 24 * 3_600_000,
  'three days': 3 * 24 * 3_600_000,
  'a week': 7 * 24 * 3_600_000,
} as const;
export type Duration = keyof typeof DURATIONS;

export const CARDS = {
  good: 'pm_card_visa',
  declined: 'pm_card_visa_chargeDeclinedInsufficientFunds',
  challenge: 'pm_card_threeDSecure2Required',
  'challenge, then declined': 'pm_card_threeDSecureRequiredChargeDeclined',
  'refunds pend': 'pm_card_pendingRefund',
  'refunds fail': 'pm_card_refundFail',
} as const;
export type CardName = keyof typeof CARDS;

export const CARTS = {
  'one mug': [['MUG', 1]],
  'the last lamp': [['LAMP', 1]],
  'two warehouses': [
    ['MUG', 2],
    ['POSTER', 1],
  ],
  'more mugs than Berlin has': [['MUG', 4]],
  'mug twice': [
    ['MUG', 1],
    ['MUG', 1],
  ],
  'a lamp and a poster': [
    ['LAMP', 1],
    ['POSTER', 1],
  ],
} as const satisfies Record<string, readonly (readonly [sku: string, quantity: number])[]>;
export type CartName = keyof typeof CARTS;

/** Small enough that orders compete: by SKU, what each warehouse has. */
export const STOCK = {
  MUG: { BERLIN: 3, HAMBURG: 2 },
  LAMP: { BERLIN: 1 },
  POSTER: { HAMBURG: 2 },
} as const;

export const SCANS = [
  'picked_up',
  'in_transit',
  'out_for_delivery',
  'delivery_failed',
  'delivered',
  'lost',
  'returned_to_sender',
] as const;
type ScanName = (typeof SCANS)[number];

/** A story as it can be pasted into a test. */
export const told = (commands: readonly Command[]): string =>
  `[\n${commands.map((one) => `  ${JSON.stringify(one)},`).join('\n')}\n]`;
