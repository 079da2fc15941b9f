import bidi from 'bidi-js';
import type { Face } from './fonts.ts';
import { embedAsItIs, glyphsOf, isFace, type Piece, pdfFontOf, piecesOf } from './pdf-fonts.ts';
import { printable } from './printable.ts';

type Pdf = PDFKit.PDFDocument;

export interface Style {
  readonly face?: Face;
  readonly size?: number;
  readonly colour?: string;
  readonly align?: 'left' | 'right' | 'center';
}

const LEADING = 1.35;
/** Above the baseline, of a line of text. */
const ASCENT = 0.95;
/** What it needs of bidi-js, whose types say something else to Node than to a bundler. */
interface Bidi {
  getEmbeddingLevels(text: string, direction?: 'ltr' | 'rtl'): { levels: Uint8Array };
  getMirroredCharactersMap(text: string, levels: Uint8Array): Map<number, string>;
}
const { getEmbeddingLevels, getMirroredCharactersMap } = (bidi as unknown as () => Bidi)();
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

type Word = readonly Piece[];

const widthOf = (word: Word) => word.reduce((sum, { width }) => sum + width, 0);

/** The text's lines, each as it is read: words apart. */
export function linesOf(text: string, width: number, { face = 'regular', size = 10 }: Style = {}): string[] {
  const lines: string[] = [];
  const space = widthOf(piecesOf(face, ' ')) * size;
  let line = '';
  let taken = 0;
  for (const word of words(printable(text), width, face, size)) {
    const needed = widthOf(piecesOf(face, word)) * size;
    if (line !== '' && taken + space + needed > width) {
      lines.push(line);
      [line, taken] = ['', 0];
    }
    taken += needed + (line === '' ? 0 : space);
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** What has no spaces is broken where it has to be: Thai, Chinese, a long number. */
function* words(text: string, width: number, face: Face, size: number): Generator<string> {
  for (const word of text.split(' ').filter((one) => one !== '')) {
    if (widthOf(piecesOf(face, word)) * size <= width) {
      yield word;
      continue;
    }
    let part = '';
    for (const { segment } of graphemes.segment(word)) {
      if (part !== '' && widthOf(piecesOf(face, part + segment)) * size > width) {
        yield part;
        part = '';
      }
      part += segment;
    }
    yield part;
  }
}

export const lineHeight = ({ size = 10 }: Style = {}): number => size * LEADING;

/** Draws the text and returns how high it is. */
export function typeset(
  pdf: Pdf,
  text: string,
  at: { x: number; y: number; width: number },
  style: Style = {},
): number {
  const { size = 10, face = 'regular', align = 'left', colour = '#000000' } = style;
  const lines = linesOf(text, at.width, style);
  lines.forEach((line, index) => {
    const pieces = inVisualOrder(line, face);
    const free = at.width - widthOf(pieces) * size;
    let x = at.x + (align === 'right' ? free : align === 'center' ? free / 2 : 0);
    const baseline = at.y + index * size * LEADING + size * ASCENT;
    for (const piece of joined(pieces)) {
      draw(pdf, piece, { x, baseline, size, colour });
      x += piece.width * size;
    }
  });
  return lines.length * size * LEADING;
}

function draw(pdf: Pdf, piece: Piece, at: { x: number; baseline: number; size: number; colour: string }): void {
  const { x, baseline, size, colour } = at;
  const font = useFont(pdf, piece);
  if (!isFace(piece.key)) {
    // Marks above and below, and what is joined: pdfkit knows how.
    const options = { lineBreak: false, baseline: 'alphabetic' } as const;
    pdf.fillColor(colour).fontSize(size).text(piece.text, x, baseline, options);
    return;
  }
  const place = `1 0 0 -1 ${short(x)} ${short(baseline)} Tm`;
  pdf.addContent(`q ${inkOf(colour)} rg BT ${place} /${font.id} ${size} Tf [${glyphsOf(piece)}] TJ ET Q`);
}

const short = (value: number) => String(Math.round(value * 100) / 100);

/** `#rrggbb` as an operand of rg. */
const inkOf = (colour: string): string =>
  [1, 3, 5].map((at) => short(Number.parseInt(colour.slice(at, at + 2), 16) / 255)).join(' ');

/** Neighbours in a face go out as one. */
function joined(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    const together = last && last.key === piece.key && !piece.key.startsWith('other-');
    if (together) all[all.length - 1] = { ...last, text: last.text + piece.text, width: last.width + piece.width };
    else all.push(piece);
  }
  return all;
}

interface Internals {
  readonly page: { readonly fonts: Record<string, unknown> };
  readonly _registeredFonts: Record<string, unknown>;
  readonly _font: Parameters<typeof embedAsItIs>[1] & { ref(): unknown };
}

function useFont(pdf: Pdf, piece: Piece): { readonly id: string } {
  const inside = pdf as unknown as Internals;
  if (inside._registeredFonts[piece.key]) pdf.font(piece.key);
  else {
    // pdfkit takes a font that is read already; its types know none.
    pdf.registerFont(piece.key, pdfFontOf(piece) as never).font(piece.key);
    embedAsItIs(piece.key, inside._font);
  }
  const font = inside._font;
  inside.page.fonts[font.id] ??= font.ref();
  return font;
}

/** From left to right; what is written from right to left is in the order of the page (UAX #9). */
function inVisualOrder(line: string, face: Face): Piece[] {
  if (!RIGHT_TO_LEFT.test(line)) return line.split(/( )/).flatMap((word) => (word === '' ? [] : piecesOf(face, word)));
  const { levels } = getEmbeddingLevels(line);
  const mirrored = getMirroredCharactersMap(line, levels);
  const tokens: { level: number; pieces: readonly Piece[] }[] = [];
  for (const { start, text, level } of tokensOf(line, levels)) {
    const shown = [...text].length === 1 ? (mirrored.get(start) ?? text) : text;
    const pieces = piecesOf(face, shown);
    tokens.push({ level, pieces: level % 2 === 1 ? [...pieces].reverse() : pieces });
  }
  const highest = Math.max(...tokens.map(({ level }) => level));
  for (let level = highest; level > 0; level--) reverseFrom(level, tokens);
  return tokens.flatMap(({ pieces }) => pieces);
}

function* tokensOf(line: string, levels: Uint8Array) {
  let start = 0;
  for (let end = 1; end <= line.length; end++) {
    const alone = (at: number) => /[ ()[\]{}<>«»]/.test(line[at] ?? '');
    if (end < line.length && levels[end] === levels[start] && !alone(end) && !alone(end - 1)) continue;
    yield { start, text: line.slice(start, end), level: levels[start] ?? 0 };
    start = end;
  }
}

function reverseFrom<T extends { level: number }>(level: number, tokens: T[]): void {
  for (let from = 0; from < tokens.length; from++) {
    if ((tokens[from]?.level ?? 0) < level) continue;
    let until = from;
    while (until < tokens.length && (tokens[until]?.level ?? 0) >= level) until++;
    tokens.splice(from, until - from, ...tokens.slice(from, until).reverse());
    from = until;
  }
}
