// The second front door, for browsers: what forms check. Nothing here may need node: modules, money or tokens.

export { type Address, addressSchema, type Contact, contactSchema } from './nouns/address.ts';
export { MAX_QUANTITY, quantitySchema, skuSchema } from './nouns/quantity.ts';
export { vatIdInput } from './nouns/vat-id.ts';
