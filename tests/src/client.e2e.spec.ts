import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packClient } from '@orderflow/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GUIDE = readFileSync(join(ROOT, 'docs/how-to/nextjs.md'), 'utf8');
const LONG_MS = 240_000;

/** The guide's files, by the path in their first line. */
const FILES = [...GUIDE.matchAll(/^```tsx?\n\/\/ (?<path>\S+)\n(?<text>.*?)^```$/gms)].map(({ groups }) => ({
  path: groups?.path as string,
  text: groups?.text as string,
}));

const versionsOf = (room: string): Record<string, string> => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, room, 'package.json'), 'utf8'));
  return { ...devDependencies, ...dependencies };
};
const catalogue = Object.fromEntries(
  [...readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8').matchAll(/^ {2}"?([@\w/.-]+)"?: (\d\S*)$/gm)].map(
    ([, name, version]) => [name, version],
  ),
);

const folder = mkdtempSync(join(tmpdir(), 'orderflow-next-'));
let app: string;

beforeAll(async () => {
  app = await application(await packClient(join(folder, 'package')));
}, LONG_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runs = promisify(execFile);
/** Its output and whether it ended well. */
const run = (command: string, args: string[], cwd: string) =>
  runs(command, args, {
    cwd,
    env: { ...process.env, CI: 'true', NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: undefined },
  }).then(
    ({ stdout, stderr }) => ({ ok: true, output: stdout + stderr }),
    (error: { stdout: string; stderr: string }) => ({ ok: false, output: error.stdout + error.stderr }),
  );

const LAYOUT =
  'export default ({ children }: { children: React.ReactNode }) => <html lang="en"><body>{children}</body></html>;\n';
const CONFIG = {
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024', 'dom', 'dom.iterable'],
    module: 'esnext',
    moduleResolution: 'bundler',
    jsx: 'react-jsx',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    isolatedModules: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    incremental: true,
    allowJs: true,
    noEmit: true,
    plugins: [{ name: 'next' }],
  },
  include: ['**/*.ts', '**/*.tsx', '.next/types/**/*.ts', '.next/dev/types/**/*.ts'],
  exclude: ['node_modules'],
};

function write(into: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(into, path)), { recursive: true });
    writeFileSync(join(into, path), text);
  }
}

/** An application of somebody else's, made of the guide's files, in a folder that knows nothing of this workspace. */
async function application(tarball: string): Promise<string> {
  const guide = join(folder, 'guide');
  const web = versionsOf('web');
  const { typescript } = versionsOf('.');
  const dependencies = {
    '@orderflow/client': `file:${tarball}`,
    '@stripe/stripe-js': web['@stripe/stripe-js'],
    '@trpc/client': catalogue['@trpc/client'],
    '@trpc/server': catalogue['@trpc/server'],
    '@types/node': catalogue['@types/node'],
    '@types/react': web['@types/react'],
    jose: catalogue.jose,
    next: web.next,
    react: web.react,
    'react-dom': web['react-dom'],
    'server-only': web['server-only'],
    typescript,
  };
  write(guide, {
    ...Object.fromEntries(FILES.map(({ path, text }) => [path, text])),
    'app/layout.tsx': LAYOUT,
    // The spec looks at the types itself.
    'next.config.mjs': 'export default { typescript: { ignoreBuildErrors: true } };\n',
    'package.json': JSON.stringify({ name: 'guide', private: true, dependencies }),
    'tsconfig.json': JSON.stringify(CONFIG),
    'pnpm-workspace.yaml': 'packages: []\nautoInstallPeers: false\nallowBuilds: { sharp: false }\n',
  });
  const installed = await run('pnpm', ['install', '--prefer-offline', '--no-frozen-lockfile'], guide);
  expect(installed.output).toSatisfy(() => installed.ok);
  return guide;
}

/** What is wrong with an application's types, a line each. */
const errorsIn = async (where: string): Promise<string[]> => {
  const { output } = await run(join(app, 'node_modules/.bin/tsc'), ['--noEmit', '-p', '.', '--checkers', '1'], where);
  return output.split('\n').filter((line) => line.includes('error TS'));
};

describe("the API's types in somebody else's Next.js application, made of the guide's files", () => {
  test('are checked', { timeout: LONG_MS }, async () => {
    expect(FILES.map(({ path }) => path)).toContain('app/orders/[id]/watched-order.tsx');
    const wrong = readFileSync(join(app, 'app/page.tsx'), 'utf8')
      .replace("text: 'mug'", "txet: 'mug'")
      .replace('available > 0', 'availability > 0')
      .replace('{ sku, name, available }', '{ sku, name, availability }');
    write(app, { 'app/wrong.tsx': wrong });

    const errors = await errorsIn(app);

    rmSync(join(app, 'app/wrong.tsx'));
    expect(errors.filter((error) => !error.startsWith('app/wrong.tsx'))).toEqual([]);
    expect(errors.join('\n')).toMatch(/'txet' does not exist/);
    expect(errors.join('\n')).toMatch(/'availability' does not exist/);
  });

  test('are built', { timeout: LONG_MS }, async () => {
    const built = await run(join(app, 'node_modules/.bin/next'), ['build'], app);
    expect(built.output).toContain('/orders/[id]');
    expect(built.ok).toBe(true);
  });

  test('are an error where a peer is missing, not any', { timeout: LONG_MS }, async () => {
    const peerless = join(folder, 'peerless');
    write(peerless, {
      'shop.ts': FILES.find(({ path }) => path === 'lib/shop.ts')?.text ?? '',
      'use.ts': "import { shopOf } from './shop';\nexport const used = shopOf().catalog;\n",
      'package.json': '{}',
      'tsconfig.json': JSON.stringify(CONFIG),
    });
    // Copied: beside the application's own are its peers.
    const packed = 'node_modules/@orderflow/client';
    cpSync(join(app, packed), join(peerless, packed), { recursive: true, dereference: true });
    for (const name of ['@trpc/client', '@types/node', 'jose', 'server-only']) {
      const link = join(peerless, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(app, 'node_modules', name), link);
    }
    expect((await errorsIn(peerless)).join('\n')).toMatch(
      /use\.ts.*'catalog' does not exist on type 'PeerMissing<"@trpc\/server">'/,
    );
  });
});
