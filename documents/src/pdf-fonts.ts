import type * as fontkit from 'fontkit';
import { type Face, fontFor } from './fonts.ts';
import { type StandardSubset, standardSubset } from './standard-subset.ts';

/** pdfkit's embedded font, as far as we reach into it. */
interface EmbeddedFont {
  readonly id: string;
  readonly name: string;
  readonly scale: number;
  readonly bbox: { minX: number; minY: number; maxX: number; maxY: number };
  readonly ascender: number;
  readonly descender: number;
  readonly capHeight: number;
  readonly xHeight: number;
  readonly dictionary: Reference;
  readonly document: { ref(data?: object): Reference };
  toUnicodeCmap(): Reference;
  unicode: unknown;
  widths: unknown;
  embed(): void;
}
interface Reference {
  data: unknown;
  end(bytes?: Uint8Array): void;
}

/** A piece of text in one font. */
export interface Piece {
  /** A document's fonts go by it. */
  readonly key: string;
  readonly font: fontkit.Font;
  readonly text: string;
  /** In units of the font's size. */
  readonly width: number;
}

/** Ligatures would be glyphs that the standard subset lacks. */
const PLAIN = { liga: false, clig: false, calt: false, dlig: false };

/** Labels, amounts and product names come again in every document; names of people do not. */
const MAX_WORDS = 5_000;
const words = new Map<string, readonly Piece[]>();
const fonts = new Map<fontkit.Font, string>();

/** A word in the fonts that have shapes for it; a face and what it lacks are told apart, so that the face is embedded as it is. */
export function piecesOf(face: Face, word: string): readonly Piece[] {
  const key = `${face} ${word}`;
  let pieces = words.get(key);
  if (!pieces) {
    pieces = split(face, word);
    if (words.size >= MAX_WORDS) words.clear();
    words.set(key, pieces);
  }
  return pieces;
}

function split(face: Face, word: string): Piece[] {
  const standard = standardSubset(face);
  if ([...word].every(standard.has)) return [pieceOf(face, standard.font, word, PLAIN)];
  const parts: { font: fontkit.Font; text: string }[] = [];
  for (const character of word) {
    const last = parts.at(-1);
    // A mark belongs to the letter before it.
    const font =
      (/^[\p{M}\u200c\u200d]$/u.test(character) && last?.font) || (fontFor(face, character) ?? standard.font);
    if (last?.font === font) last.text += character;
    else parts.push({ font, text: character });
  }
  return parts.map(({ font, text }) => pieceOf(keyOf(font), font, text));
}

function pieceOf(key: string, font: fontkit.Font, text: string, features?: Record<string, boolean>): Piece {
  return { key, font, text, width: font.layout(text, features).advanceWidth / font.unitsPerEm };
}

function keyOf(font: fontkit.Font): string {
  const key = fonts.get(font) ?? `other-${fonts.size}`;
  fonts.set(font, key);
  return key;
}

/** The piece's font for one document, as pdfkit takes it. */
export function pdfFontOf({ key, font }: Piece): fontkit.Font {
  if (isFace(key)) return Object.create(font, { createSubset: { value: () => ({}) } });
  return Object.create(font, {
    // A glyph remembers the character that it was first used for, and that is in the file.
    _glyphs: { value: {} },
    // pdfkit takes fonts of one name for one font.
    postscriptName: { value: `${font.postscriptName ?? 'Font'}-Other` },
  });
}

export const isFace = (key: string): key is Face => key === 'regular' || key === 'bold' || key === 'mono';

const shown = new Map<string, string>();

/** The text in its face as an operand of TJ: glyphs of the standard subset, and how much closer they move. */
export function glyphsOf({ key, font, text }: Piece): string {
  const name = `${key} ${text}`;
  let operand = shown.get(name);
  if (operand === undefined) {
    operand = isFace(key) ? encode(font, text, standardSubset(key).glyphs) : '';
    if (shown.size >= MAX_WORDS) shown.clear();
    shown.set(name, operand);
  }
  return operand;
}

function encode(font: fontkit.Font, text: string, subset: ReadonlyMap<number, number>): string {
  const { glyphs, positions } = font.layout(text, PLAIN);
  const parts = glyphs.map(({ id, advanceWidth }, at) => {
    const closer = Math.round(((advanceWidth - (positions[at]?.xAdvance ?? advanceWidth)) * 1000) / font.unitsPerEm);
    const glyph = (subset.get(id) ?? 0).toString(16).padStart(4, '0');
    return closer === 0 ? glyph : `${glyph}> ${closer} <`;
  });
  return `<${parts.join('')}>`;
}

/** Has pdfkit embed the face's standard subset as it is: encoding and compressing one is most of what a document costs. */
export function embedAsItIs(key: string, pdfFont: EmbeddedFont): void {
  if (!isFace(key)) return;
  const standard = standardSubset(key);
  pdfFont.widths = standard.widths;
  pdfFont.unicode = standard.codePoints;
  pdfFont.embed = () => embed(pdfFont, standard);
}

/** As pdfkit does it, with bytes that are compressed already (ISO 32000-1, sections 9.7.4 and 9.9). */
function embed(pdfFont: EmbeddedFont, { bytes, length, widths }: StandardSubset): void {
  const { document, bbox, scale, dictionary } = pdfFont;
  const BaseFont = `STDSET+${pdfFont.name}`;
  const made = (data: object, content?: Uint8Array) => {
    const reference = document.ref(data);
    reference.end(content);
    return reference;
  };
  const FontFile2 = made({ Filter: 'FlateDecode', Length1: length }, bytes);
  const FontDescriptor = made({
    ...{ Type: 'FontDescriptor', FontName: BaseFont, Flags: 4, ItalicAngle: 0, StemV: 0, FontFile2 },
    FontBBox: [bbox.minX * scale, bbox.minY * scale, bbox.maxX * scale, bbox.maxY * scale],
    ...{ Ascent: pdfFont.ascender, Descent: pdfFont.descender },
    ...{ CapHeight: pdfFont.capHeight, XHeight: pdfFont.xHeight },
  });
  const descendant = made({
    ...{ Type: 'Font', Subtype: 'CIDFontType2', BaseFont, FontDescriptor, CIDToGIDMap: 'Identity' },
    // pdfkit writes String objects as PDF strings.
    CIDSystemInfo: { Registry: new String('Adobe'), Ordering: new String('Identity'), Supplement: 0 },
    W: [0, widths],
  });
  const ToUnicode = pdfFont.toUnicodeCmap();
  dictionary.data = {
    ...{ Type: 'Font', Subtype: 'Type0', BaseFont, Encoding: 'Identity-H' },
    ...{ DescendantFonts: [descendant], ToUnicode },
  };
  dictionary.end();
}
