const MAX_GRAPHEMES = 60;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Besides what nobody sees: what turns a line around, or begins another. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
/** What mail programs read as the dot in a host's name. */
const DOT = /[.\u3002\uff0e\uff61\u2024](?=[^\s.])/gu;

/**
 * What a stranger typed, as it may stand in a letter: anybody can order in somebody else's name and to somebody else's address,
 * and mail programs make links of what looks like one. So nothing does, and it is short.
 */
export function defused(text: string): string {
  const seen = text.replace(UNSEEN, ' ').replace(/\s+/g, ' ').trim();
  const unlinked = seen
    .replace(/:\s*[/\\]+/g, ': ')
    .replace(/\s*[@\uff20\ufe6b]\s*/g, ' at ')
    .replace(DOT, '. ')
    .trim();
  const all = Array.from(graphemes.segment(unlinked), ({ segment }) => segment);
  return all.length <= MAX_GRAPHEMES
    ? unlinked
    : `${all
        .slice(0, MAX_GRAPHEMES - 1)
        .join('')
        .trimEnd()}…`;
}
