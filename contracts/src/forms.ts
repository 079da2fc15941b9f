// The second front door, for browsers: what forms check. Nothing here may need node: modules, money or tokens.

export { type Address, addressSchema, type Contact, contactSchema } from './nouns/address.ts';
export { isPostalCodeOf, postalCodeExample } from './nouns/postal-code.ts';
export { MAX_QUANTITY, quantitySchema, skuSchema } from './nouns/quantity.ts';
export { regionsOf } from './nouns/region.ts';
export { vatIdInput } from './nouns/vat-id.ts';
