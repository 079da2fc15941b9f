import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { ROOT } from '../paths.ts';

/** What a room may import of the others; a room that is not here may import every front door. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  contracts: [],
  runtime: ['contracts'],
  documents: ['contracts'],
  gateway: ['contracts', 'runtime', 'documents'],
  workers: ['contracts', 'runtime', 'documents'],
  auditor: ['contracts', 'runtime'],
  emulators: ['emulator-control'],
};

const SPECIFIER =
  /(?:^|\s|;)(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

/** The modules that a source text imports or re-exports. */
export function importsOf(source: string): string[] {
  const withoutComments = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [...withoutComments.matchAll(SPECIFIER)].map((match) => (match[1] ?? match[2]) as string);
}

/** What is wrong with one import, or undefined. @param file from the root, e.g. `workers/payment/src/main.ts` */
export function boundaryProblem(file: string, specifier: string): string | undefined {
  const home = packageOf(file);
  if (specifier.startsWith('.')) {
    const target = normalize(join(dirname(file), specifier));
    if (home === '' || target.startsWith(home + sep)) return undefined;
    if (isTest(file) && /^emulators\/[a-z]+\/src\/index\.ts$/.test(target)) return undefined;
    return `${file} reaches into ${target}: import the package's front door`;
  }
  const match = /^@orderflow\/([^/]+)(\/.*)?$/.exec(specifier);
  if (!match) return undefined;
  const [, name = '', path] = match;
  if (path !== undefined && path !== '/testing') return `${file} imports ${specifier}: only front doors are open`;
  if (path === '/testing' && !isTest(file)) return `${file} imports ${specifier}, which is for specs`;
  const allowed = MAY_IMPORT[home.split(sep)[0] as string];
  if (!allowed || allowed.includes(name) || home.split(sep).at(-1) === name) return undefined;
  if (isTest(file) && name.startsWith('emulator-')) return undefined;
  return `${file} imports ${specifier}: ${home} may import ${allowed.join(', ') || 'no other room'}`;
}

const isTest = (file: string): boolean => /^tests\/|\.spec\.ts$|(^|\/)testing(\/|\.ts$)/.test(file);

/** `workers/payment`, `contracts`, or the root itself as an empty string. */
function packageOf(file: string): string {
  const parts = file.split(sep);
  if (parts.length === 1) return '';
  const [room = '', name = ''] = parts;
  return room === 'workers' || room === 'emulators' ? join(room, name) : room;
}

/** Every import in the tree that crosses a boundary it should not. */
export function boundaryProblems(): string[] {
  const skip = (name: string) => name === 'node_modules' || name.startsWith('.');
  const files = globSync('*/**/*.ts', { cwd: ROOT, exclude: (path) => skip(path.split(sep).at(-1) ?? '') });
  return files
    .sort()
    .flatMap((file) =>
      importsOf(readFileSync(join(ROOT, file), 'utf8')).flatMap((specifier) => boundaryProblem(file, specifier) ?? []),
    );
}
