const BREAKS = /[\t\n\v\f\r\u2028\u2029]+/g;
/** Characters without a shape. Only where letters join do joiners choose one. */
const INVISIBLE =
  /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Variation_Selector}]|(?<![\p{Script=Arabic}\p{M}])[\u200c\u200d]/gu;

/** One line of text as it is drawn. */
export const printable = (text: string): string => text.normalize('NFC').replace(BREAKS, ' ').replace(INVISIBLE, '');
