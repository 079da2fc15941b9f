// The second front door, for browsers: what forms check. Nothing here may need node: modules, money or tokens.

export { type Address, addressInput } from './nouns/address.ts';
export { emailInput, phoneInput } from './nouns/email.ts';
export { readPostalCode } from './nouns/postal-code.ts';
export { MAX_QUANTITY, quantitySchema, skuSchema } from './nouns/quantity.ts';
export { REGIONS, type Region } from './nouns/region.ts';
export { vatIdInput } from './nouns/vat-id.ts';
