import { fileURLToPath } from 'node:url';
import * as fontkit from 'fontkit';

/** They have Latin, Greek and Cyrillic, which is what is written where we ship to. */
const FILES = {
  regular: import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
  bold: import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
} as const;

export type Face = keyof typeof FILES;

const parsed = new Map<Face, fontkit.Font>();

/**
 * A typeface for one document. Reading a font's tables is most of what a document costs, so these are shared; the glyphs
 * are the document's own, since each remembers the character that it was first used for, and that is in the file.
 */
export function faceOf(face: Face): fontkit.Font {
  const tables = parsed.get(face) ?? (fontkit.openSync(fileURLToPath(FILES[face])) as fontkit.Font);
  parsed.set(face, tables);
  return Object.create(tables, { _glyphs: { value: {} } });
}
