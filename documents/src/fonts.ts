import { fileURLToPath } from 'node:url';
import * as fontkit from 'fontkit';

/** What documents are set in. `mono` is for numbers that people compare character by character. */
export type Face = 'regular' | 'bold' | 'mono';

const FACES: Record<Face, () => string> = {
  regular: () => import.meta.resolve('@expo-google-fonts/archivo/400Regular/Archivo_400Regular.ttf'),
  bold: () => import.meta.resolve('@expo-google-fonts/archivo/700Bold/Archivo_700Bold.ttf'),
  mono: () => import.meta.resolve('@fontsource/martian-mono/files/martian-mono-latin-400-normal.woff'),
};

/** What the faces have no shape for is set in the first of these that has one. Each is read when it is first needed. */
const OTHERS: readonly (() => string)[] = [
  () => import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
  () => new URL('../fonts/NotoSansHans-Regular.otf', import.meta.resolve('@embedpdf/fonts-sc')).href,
  () => new URL('../fonts/NotoSansKR-Regular.otf', import.meta.resolve('@embedpdf/fonts-kr')).href,
  () => import.meta.resolve('@fontsource/noto-emoji/files/noto-emoji-emoji-400-normal.woff'),
];

/** Scripts that have to be shaped by a font that was made for them. */
const SCRIPTS: readonly (readonly [RegExp, () => string])[] = [
  [
    /\p{Script=Arabic}/u,
    () => import.meta.resolve('@fontsource/noto-sans-arabic/files/noto-sans-arabic-arabic-400-normal.woff'),
  ],
  [
    /\p{Script=Hebrew}/u,
    () => import.meta.resolve('@fontsource/noto-sans-hebrew/files/noto-sans-hebrew-hebrew-400-normal.woff'),
  ],
  [
    /\p{Script=Thai}/u,
    () => import.meta.resolve('@fontsource/noto-sans-thai/files/noto-sans-thai-thai-400-normal.woff'),
  ],
  [
    /\p{Script=Devanagari}/u,
    () => import.meta.resolve('@fontsource/noto-sans-devanagari/files/noto-sans-devanagari-devanagari-400-normal.woff'),
  ],
  [
    /\p{Script=Bengali}/u,
    () => import.meta.resolve('@fontsource/noto-sans-bengali/files/noto-sans-bengali-bengali-400-normal.woff'),
  ],
  [
    /\p{Script=Tamil}/u,
    () => import.meta.resolve('@fontsource/noto-sans-tamil/files/noto-sans-tamil-tamil-400-normal.woff'),
  ],
  [
    /\p{Script=Telugu}/u,
    () => import.meta.resolve('@fontsource/noto-sans-telugu/files/noto-sans-telugu-telugu-400-normal.woff'),
  ],
  [
    /\p{Script=Gujarati}/u,
    () => import.meta.resolve('@fontsource/noto-sans-gujarati/files/noto-sans-gujarati-gujarati-400-normal.woff'),
  ],
  [
    /\p{Script=Gurmukhi}/u,
    () => import.meta.resolve('@fontsource/noto-sans-gurmukhi/files/noto-sans-gurmukhi-gurmukhi-400-normal.woff'),
  ],
  [
    /\p{Script=Kannada}/u,
    () => import.meta.resolve('@fontsource/noto-sans-kannada/files/noto-sans-kannada-kannada-400-normal.woff'),
  ],
  [
    /\p{Script=Malayalam}/u,
    () => import.meta.resolve('@fontsource/noto-sans-malayalam/files/noto-sans-malayalam-malayalam-400-normal.woff'),
  ],
  [
    /\p{Script=Sinhala}/u,
    () => import.meta.resolve('@fontsource/noto-sans-sinhala/files/noto-sans-sinhala-sinhala-400-normal.woff'),
  ],
  [
    /\p{Script=Khmer}/u,
    () => import.meta.resolve('@fontsource/noto-sans-khmer/files/noto-sans-khmer-khmer-400-normal.woff'),
  ],
  [/\p{Script=Lao}/u, () => import.meta.resolve('@fontsource/noto-sans-lao/files/noto-sans-lao-lao-400-normal.woff')],
  [
    /\p{Script=Myanmar}/u,
    () => import.meta.resolve('@fontsource/noto-sans-myanmar/files/noto-sans-myanmar-myanmar-400-normal.woff'),
  ],
  [
    /\p{Script=Ethiopic}/u,
    () => import.meta.resolve('@fontsource/noto-sans-ethiopic/files/noto-sans-ethiopic-ethiopic-400-normal.woff'),
  ],
];

const read = new Map<() => string, fontkit.Font>();

function fontOf(file: () => string): fontkit.Font {
  let font = read.get(file);
  if (!font) {
    font = fontkit.openSync(fileURLToPath(file())) as fontkit.Font;
    read.set(file, font);
  }
  return font;
}

export const faceFont = (face: Face): fontkit.Font => fontOf(FACES[face]);

/** The font for a character that this face's standard subset lacks; undefined: none has a shape for it. */
export function fontFor(face: Face, character: string): fontkit.Font | undefined {
  const codePoint = character.codePointAt(0) ?? 0;
  for (const file of candidates(face, character)) {
    const font = fontOf(file);
    if (font.hasGlyphForCodePoint(codePoint)) return font;
  }
  return undefined;
}

function* candidates(face: Face, character: string): Generator<() => string> {
  yield FACES[face];
  for (const [script, file] of SCRIPTS) if (script.test(character)) yield file;
  if (face === 'mono') yield FACES.regular;
  yield* OTHERS;
}
