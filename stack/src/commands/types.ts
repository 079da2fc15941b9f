import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StackError } from '../errors.ts';
import { dataDirOf, ROOT } from '../paths.ts';
import { run } from '../providers/exec.ts';

const CLIENT = join(ROOT, 'client');
/** tsc writes out what a procedure is in full: only what its context holds is left as an import, and of no use to a client. */
const CONTEXT = /import\("\.\/trpc(?:\.[jt]s)?"\)\.Context/g;
const IMPORT = /\bimport\("(?<from>[^"]+)"\)|\bfrom ["'](?<named>[^"']+)["']/g;
const TIME_MS = 5 * 60_000;

/**
 * Packs the client for other repositories: its code, and the API's types as one declaration file.
 * @param folder where the package goes @returns the package's path
 */
export async function packClient(folder: string): Promise<string> {
  const work = mkdtempSync(join(tmpdir(), 'orderflow-types-'));
  try {
    const emitted = join(work, 'emitted');
    // Whether the types are right is for the task `types`; several checkers would each infer the router's anew.
    await tool('tsc', ['-p', join(CLIENT, 'tsconfig.pack.json'), '--checkers', '1', '--outDir', emitted]);
    const pack = join(work, 'package');
    mkdirSync(join(pack, 'dist'), { recursive: true });
    for (const file of ['index.js', 'app-router.js'])
      copyFileSync(join(emitted, 'client/src', file), join(pack, 'dist', file));
    const index = readFileSync(join(emitted, 'client/src/index.d.ts'), 'utf8');
    writeFileSync(join(pack, 'dist/index.d.ts'), index.replaceAll("'./app-router.ts'", "'./app-router.js'"));
    const router = readFileSync(join(emitted, 'gateway/src/api/router.d.ts'), 'utf8');
    writeFileSync(join(pack, 'dist/app-router.d.ts'), standalone(router));
    writeFileSync(join(pack, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
    copyFileSync(join(CLIENT, 'README.md'), join(pack, 'README.md'));
    copyFileSync(join(ROOT, 'LICENSE'), join(pack, 'LICENSE'));
    mkdirSync(folder, { recursive: true });
    await tool('pnpm', ['--dir', pack, 'pack', '--pack-destination', folder]);
    const name = readdirSync(folder).find((file) => file.endsWith('.tgz'));
    return join(folder, name ?? '');
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @throws StackError when the types need a file that the package has not */
export function standalone(router: string): string {
  const text = router
    .replace(CONTEXT, 'object')
    .replace('export declare const appRouter', 'declare const appRouter')
    .replace('export type AppRouter = ', 'export type GatewayRouter = ');
  for (const { groups } of text.matchAll(IMPORT)) {
    const from = groups?.from ?? groups?.named ?? '';
    if (/^@trpc\/server(?:\/|$)/.test(from)) continue;
    throw new StackError(`The API's types cannot be packed: they import "${from}"; only @trpc/server may be imported`);
  }
  return text;
}

interface Manifest {
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

function manifest(): object {
  const { name, version, description, license, type, peerDependencies } = JSON.parse(
    readFileSync(join(CLIENT, 'package.json'), 'utf8'),
  ) as Manifest;
  const entry = { types: './dist/index.d.ts', default: './dist/index.js' };
  return { name, version, description, license, type, sideEffects: false, exports: { '.': entry }, peerDependencies };
}

async function tool(name: string, args: readonly string[]): Promise<void> {
  const { ok, output } = await run(name, args, { timeoutMs: TIME_MS, cwd: ROOT });
  if (!ok) throw new StackError(`${name} failed: ${output.trim().slice(0, 2_000)}`);
}

/** Packs the client and says where it is. */
export async function types(flags: { out?: string }): Promise<void> {
  const path = await packClient(flags.out === undefined ? join(ROOT, '.data/types') : dataDirOf(flags.out));
  process.stdout.write(`${path}\nIn another repository: npm install ${path} @trpc/client @trpc/server\n`);
}
