import { fileURLToPath } from 'node:url';
import * as fontkit from 'fontkit';

/** They have Latin, Greek and Cyrillic, which is what is written where we ship to. */
const FILES = {
  regular: import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
  bold: import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
} as const;

export type Face = keyof typeof FILES;

type Run = ReturnType<fontkit.Font['layout']>;

interface SharedFace {
  readonly tables: fontkit.Font;
  /** Words as they are set, unscaled. */
  readonly runs: Map<string, Run>;
}

/** Labels, amounts and product names come again in every document; names of people do not. */
const MAX_RUNS = 5_000;
const shared = new Map<Face, SharedFace>();

/**
 * A typeface for one document. Reading a font's tables and setting words is most of what a document costs, so both are
 * shared. A glyph remembers the character that it was first used for, and that is in the file: a document's glyphs, and
 * those of each word, are its own, so that the same content makes the same bytes.
 */
export function faceOf(face: Face): fontkit.Font {
  const known = shared.get(face) ?? read(face);
  return Object.create(known.tables, {
    _glyphs: { value: {} },
    layout: {
      value: (word: string, ...more: never[]) => (more[0] ? known.tables.layout(word, ...more) : set(known, word)),
    },
  });
}

function read(face: Face): SharedFace {
  const tables = fontkit.openSync(fileURLToPath(FILES[face])) as fontkit.Font;
  const known = { tables, runs: new Map() };
  shared.set(face, known);
  return known;
}

/** Its positions are a copy: pdfkit scales them. */
function set({ tables, runs }: SharedFace, word: string): Run {
  let run = runs.get(word);
  if (!run) {
    run = (Object.create(tables, { _glyphs: { value: {} } }) as fontkit.Font).layout(word);
    if (runs.size >= MAX_RUNS) runs.clear();
    runs.set(word, run);
  }
  return Object.assign(Object.create(Object.getPrototypeOf(run)), run, {
    positions: run.positions.map((position) => Object.assign(Object.create(Object.getPrototypeOf(position)), position)),
  });
}
