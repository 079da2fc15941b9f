import { domainToUnicode } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { isErasedContact, minorDigits } from '@orderflow/contracts';
import { creditNoteNumberOf, invoiceNumberOf } from '@orderflow/documents';
import type { OrderState } from './order-state.ts';

/**
 * What an order is found by besides its ids, each as a key of its own, so that every search is a look-up in one index and
 * reads what it finds: beginnings of words, pieces of the e-mail address, ends of the phone number, numbers, the total.
 */

/** What of an order its keys depend on. */
export type Searched = Pick<
  OrderState,
  | 'contact'
  | 'address'
  | 'billingAddress'
  | 'parcels'
  | 'returns'
  | 'documents'
  | 'captured'
  | 'refunds'
  | 'total'
  | 'placedAt'
  | 'searchedId'
>;

/** Of whoever ordered, or is billed. */
function personKeysOf({ contact, address, billingAddress }: Searched): string[] {
  const texts = [address, billingAddress].flatMap((one) =>
    one ? [one.name, one.company, one.city, one.postalCode] : [],
  );
  return [
    ...(contact.phone === undefined ? [] : endsOf(contact.phone.replace(/\D/g, ''))),
    ...texts.flatMap((text) => (text === undefined ? [] : wordsIn(text).flatMap(beginningsOf))),
    ...spellingsOf(contact.email).flatMap((email) => PIECES.flatMap((size) => piecesOf(email, size))),
  ];
}

const MOST_KEYS = 400;
/** Of a word that is longer its beginning counts. */
const LONGEST_BEGINNING = 10;
/** Pieces of e-mail addresses, and of what is looked for in them. */
const PIECES = [3, 6] as const;
const SHORTEST_PHONE = 4;
const SHORTEST_NUMBER = 3;

/** All that the order is found by, each once. */
export function searchKeysOf(order: Searched): string[] {
  const { total } = order;
  const keys = [
    ...numbersOf(order).flatMap(numberKeys),
    sumKey(decimal(total.amount, total.currency)),
    minorKey(total.amount),
    ...(isErasedContact(order.contact) ? [] : personKeysOf(order)),
  ];
  return [...new Set(keys)].slice(0, MOST_KEYS);
}

/** The keys of an order that is new, or of which something has changed that they are made of. */
export function searchOf(before: Searched | null, after: Searched): { search?: string[] } {
  const isSame =
    before !== null &&
    WHO_AND_HOW_MUCH.every((field) => before[field] === after[field]) &&
    isDeepStrictEqual(numbersOf(before), numbersOf(after));
  return isSame ? {} : { search: searchKeysOf(after) };
}

const WHO_AND_HOW_MUCH = ['contact', 'address', 'billingAddress', 'total'] as const satisfies (keyof Searched)[];

/** The keys that a text may mean as a whole: any one finds the order. */
export function wholeKeysOf(text: string): string[] {
  const number = plainNumber(text);
  return [
    ...(number.length >= SHORTEST_NUMBER ? [`d:${number}`] : []),
    ...phoneKeys(text),
    ...sumsIn(text).map(sumKey),
  ];
}

/** The keys of the parts of a text, by what it may mean: all of one meaning, each in any spelling, find the order. */
export function partKeysOf(text: string): string[][][] {
  const words = wordsIn(text).map((word) => word.spellings.map(beginningKey));
  const lower = text.toLowerCase();
  const size = PIECES.findLast((one) => one <= lower.length);
  const isPiece = size !== undefined && !/\s/.test(lower);
  const pieces = isPiece ? piecesOf(lower, size).map((key) => [key]) : [];
  return [words, pieces].filter((parts) => parts.length > 0);
}

/** The key of a total in minor units, whatever the currency. */
export const minorKey = (amount: number): string => `m:${amount}`;
const sumKey = (sum: string): string => `t:${sum}`;

function numbersOf({ parcels, returns, documents = [], captured, refunds, placedAt, searchedId }: Searched): string[] {
  const id = [...searchedId].reverse().join('');
  // What was issued before there were series follows from the order.
  const isFormer = captured !== undefined && !documents.some(({ kind }) => kind === 'invoice');
  const former = isFormer
    ? [invoiceNumberOf(id, placedAt), ...refunds.map(({ refundId }) => creditNoteNumberOf(id, placedAt, refundId))]
    : [];
  const tracked = [...parcels, ...returns].flatMap(({ tracking }) => tracking?.number ?? []);
  return [...tracked, ...documents.map(({ number }) => number), ...former];
}

const plainNumber = (text: string): string =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** People leave out the letters in front, or read out the digits alone. */
function numberKeys(text: string): string[] {
  const whole = plainNumber(text);
  const shorter = [whole.replace(/^\p{L}+/u, ''), whole.replace(/\D/g, '')];
  return [whole, ...shorter.filter((one) => one.length > SHORTEST_NUMBER)].map((one) => `d:${one}`);
}

/** However it is written and with whatever in front: what was typed is the end of the number. */
const endsOf = (digits: string): string[] =>
  Array.from({ length: Math.max(0, digits.length - SHORTEST_PHONE + 1) }, (_, at) => `p:${digits.slice(at)}`);

function phoneKeys(text: string): string[] {
  if (!/^[+\d\s()./\u2010-\u2015-]+$/.test(text)) return [];
  const digits = text.replace('(0)', '').replace(/\D/g, '').replace(/^0+/, '');
  return digits.length < SHORTEST_PHONE ? [] : [`p:${digits}`];
}

/** As people write it, without noughts at the end: 29.9 for 29.90. */
function decimal(amount: number, currency: string): string {
  const digits = minorDigits(currency);
  const all = String(amount).padStart(digits + 1, '0');
  return digits === 0 ? all : withoutNoughts(`${all.slice(0, -digits)}.${all.slice(-digits)}`);
}
const withoutNoughts = (text: string): string => text.replace(/\.?0+$/, '');

/** What sums a text may be: `1.234` is more than a thousand, or little more than one. */
function sumsIn(text: string): string[] {
  const [, digits] = /^\s*\p{L}{0,3}\s*\p{Sc}?\s*(\d[\d.,'’\s]*)\s*\p{Sc}?\s*\p{L}{0,3}\s*$/u.exec(text) ?? [];
  if (digits === undefined) return [];
  const plain = digits.replace(/['’\s]/g, '');
  const [, major = '', minor] = /^(.*?)(?:[.,](\d{1,3}))?$/.exec(plain) ?? [];
  const whole = (part: string) => part.replace(/\D/g, '').replace(/^0+(?=\d)/, '');
  const readings = [minor === undefined ? whole(major) : withoutNoughts(`${whole(major)}.${minor}`)];
  if (minor?.length === 3) readings.push(whole(plain));
  return readings.filter((one) => one !== '' && one !== '.');
}

/** Both spellings of a domain that is not of Latin letters only. */
function spellingsOf(email: string): string[] {
  const [name = '', domain = ''] = email.toLowerCase().split(/@(?=[^@]*$)/);
  const shown = domainToUnicode(domain);
  return [`${name}@${domain}`, ...(shown === domain || shown === '' ? [] : [`${name}@${shown}`])];
}

const piecesOf = (text: string, size: number): string[] =>
  Array.from({ length: Math.max(0, text.length - size + 1) }, (_, at) => `e:${text.slice(at, at + size)}`);

/** A word as it is looked for: without accents, and as it is written where there are none. */
interface Word {
  readonly spellings: readonly string[];
}

const ACCENTS = /[\u0300-\u036f]/g;
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ı: 'i',
};
const plainWord = (text: string) =>
  text
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .replace(/[ßøđðłæœþı]/g, (letter) => LETTERS[letter] ?? letter);
/** Müller is Mueller where there is no ü. */
const UMLAUTS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' };
const writtenOut = (text: string) =>
  plainWord(text.normalize('NFC').replace(/[äöüåø]/g, (letter) => UMLAUTS[letter] ?? letter));

function wordsIn(text: string): Word[] {
  return text
    .toLowerCase()
    .replace(/['’`´]/g, '')
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== '')
    .map((word) => ({ spellings: [...new Set([plainWord(word), writtenOut(word)])] }));
}

/** Scripts that are written without blanks: there a word may begin anywhere. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

const beginningKey = (word: string): string => `n:${word.slice(0, LONGEST_BEGINNING)}`;

function beginningsOf({ spellings }: Word): string[] {
  return spellings.flatMap((word) => {
    const starts = UNSPACED.test(word) ? word.length : 1;
    return Array.from({ length: starts }, (_, at) => word.slice(at)).flatMap((rest) =>
      Array.from({ length: Math.min(rest.length, LONGEST_BEGINNING) }, (_, last) => `n:${rest.slice(0, last + 1)}`),
    );
  });
}
