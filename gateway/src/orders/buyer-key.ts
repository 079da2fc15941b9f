/** By what a buyer is known again; a card is known only once it was declined. */
export const BUYER_KINDS = ['address', 'mailbox', 'customer', 'card'] as const;
export type BuyerKind = (typeof BUYER_KINDS)[number];

/** `<kind>:<hash>`: kept with orders, it tells nobody the address. */
export type BuyerKey = `${BuyerKind}:${string}`;

export const buyerKindOf = (key: BuyerKey): BuyerKind => key.slice(0, key.indexOf(':')) as BuyerKind;
export const cardKey = (card: string): BuyerKey => `card:${card}`;
