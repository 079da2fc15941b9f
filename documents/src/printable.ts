const BREAKS = /[\t\n\v\f\r\u2028\u2029]+/g;
/** Characters without a shape, which would be drawn as an empty box. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Variation_Selector}]/gu;

/** One line of text as it is drawn. What our font has no shape for becomes an empty box. */
export const printable = (text: string): string => text.normalize('NFC').replace(BREAKS, ' ').replace(INVISIBLE, '');
