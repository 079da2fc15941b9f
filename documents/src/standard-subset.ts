import { deflateSync } from 'node:zlib';
import type * as fontkit from 'fontkit';
import { type Face, faceFont } from './fonts.ts';

const ASCII = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n)).join('');
/** What nearly every document is written with. Every character more is a hundred bytes more in each of them. */
const CHARACTERS: Record<Face, string> = {
  regular: `${ASCII}\u00a0ÄÖÜßäöüàáâãåæçèéêëíîïñóôõøúûýÉ€£¥–—’‘“”„·…×`,
  bold: `${ASCII}\u00a0ÄÖÜßäöüéè€£¥–’·`,
  mono: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef-/ ',
};

interface Subset {
  includeGlyph(glyph: number): number;
  encode(): Uint8Array;
}

/** Part of a typeface, encoded and compressed once and embedded into every document as it is. */
export interface StandardSubset {
  readonly font: fontkit.Font;
  /** By the font's glyph, the subset's. */
  readonly glyphs: ReadonlyMap<number, number>;
  readonly has: (character: string) => boolean;
  /** In thousandths of the size, by the subset's glyph. */
  readonly widths: readonly number[];
  /** By the subset's glyph. */
  readonly codePoints: readonly (readonly number[])[];
  readonly bytes: Buffer;
  readonly length: number;
}

const made = new Map<Face, StandardSubset>();

export function standardSubset(face: Face): StandardSubset {
  const known = made.get(face) ?? make(face);
  made.set(face, known);
  return known;
}

function make(face: Face): StandardSubset {
  const font = faceFont(face);
  const subset = (font as unknown as { createSubset(): Subset }).createSubset();
  const scale = 1000 / font.unitsPerEm;
  const characters = new Set(CHARACTERS[face]);
  const glyphs = new Map<number, number>();
  const widths = [font.getGlyph(0).advanceWidth * scale];
  const codePoints: number[][] = [[0]];
  for (const character of characters) {
    const codePoint = character.codePointAt(0) ?? 0;
    const glyph = font.glyphForCodePoint(codePoint);
    const mine = subset.includeGlyph(glyph.id);
    glyphs.set(glyph.id, mine);
    widths[mine] = glyph.advanceWidth * scale;
    codePoints[mine] ??= [codePoint];
  }
  // Encoding adds the parts of composite glyphs, which no text names.
  const encoded = Buffer.from(subset.encode());
  const has = (character: string) => characters.has(character);
  return { font, glyphs, has, widths, codePoints, bytes: deflateSync(encoded, { level: 9 }), length: encoded.length };
}
