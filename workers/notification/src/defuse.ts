import { cutTo, lengthOf, tidied } from '@orderflow/contracts';

const MOST_SHOWN = 60;
/** Besides what nobody sees: what turns a line around, or begins another. Joiners belong to words and emoji. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}]|[^\P{Cf}\u200c\u200d]/gu;
/** What mail programs read as the dot in a host's name. */
const DOT = /[.\u3002\uff0e\uff61\u2024](?=[^\s.])/gu;

/**
 * What a stranger typed, as it may stand in a letter: anybody can order in somebody else's name and to somebody else's address,
 * and mail programs make links of what looks like one. So nothing does, and it is short.
 */
export function defused(text: string): string {
  const seen = tidied(text).replace(UNSEEN, ' ').replace(/\s+/g, ' ');
  const unlinked = seen
    .replace(/:\s*[/\\]+/g, ': ')
    .replace(/\s*[@\uff20\ufe6b]\s*/g, ' at ')
    .replace(DOT, '. ')
    .trim();
  return lengthOf(unlinked) <= MOST_SHOWN ? unlinked : `${cutTo(unlinked, MOST_SHOWN - 1).trimEnd()}…`;
}
