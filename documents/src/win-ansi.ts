/** What WinAnsi (Windows code page 1252) has beyond Latin-1; PDF 32000-1, annex D. */
const BEYOND_LATIN_1 = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';

/** Letters and signs that no decomposition leads to a plain one. */
const REPLACED: Readonly<Record<string, string>> = {
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ħ: 'h',
  Ħ: 'H',
  ı: 'i',
  ŋ: 'n',
  Ŋ: 'N',
  ŧ: 't',
  Ŧ: 'T',
  ẞ: 'SS',
  '−': '-',
  '‐': '-',
  '‑': '-',
  '→': '->',
  '\u2009': ' ',
  '\u202f': '\u00a0',
};
const UNKNOWN = '?';
const BREAKS = /[\t\n\v\f\r\u2028\u2029]+/g;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Mn}]/u;

/**
 * The text in the characters that every PDF reader has a font for. Western European letters stay as they are,
 * others lose their marks (Łódź: Lódz), and what has no Latin letter at all becomes a question mark.
 */
export function winAnsi(text: string): string {
  return [...text.normalize('NFC').replace(BREAKS, ' ')].map(inWinAnsi).join('');
}

function inWinAnsi(character: string): string {
  if (isWinAnsi(character)) return character;
  const replaced = REPLACED[character];
  if (replaced !== undefined) return replaced;
  const plain = [...character.normalize('NFKD')].filter((part) => !INVISIBLE.test(part));
  if (plain.length === 0) return '';
  return plain.every((part) => isWinAnsi(part)) ? plain.join('') : UNKNOWN;
}

function isWinAnsi(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xff) || BEYOND_LATIN_1.includes(character);
}
