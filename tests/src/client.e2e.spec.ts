import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
let tarball: string;

beforeAll(async () => {
  tarball = await packClient(join(folder, 'package'));
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

/** An application of somebody else's, in a folder that knows nothing of this workspace. */
async function application(name: string, files: typeof FILES, without: readonly string[] = []): Promise<string> {
  const app = join(folder, name);
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
  const wanted = Object.fromEntries(Object.entries(dependencies).filter(([one]) => !without.includes(one)));
  const config = {
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
  const all = [
    ...files,
    { path: 'package.json', text: JSON.stringify({ name, private: true, dependencies: wanted }) },
    { path: 'tsconfig.json', text: JSON.stringify(config) },
    { path: 'pnpm-workspace.yaml', text: 'packages: []\nautoInstallPeers: false\nallowBuilds: { sharp: false }\n' },
  ];
  for (const { path, text } of all) {
    mkdirSync(dirname(join(app, path)), { recursive: true });
    writeFileSync(join(app, path), text);
  }
  const installed = await run('pnpm', ['install', '--prefer-offline', '--no-frozen-lockfile'], app);
  expect(installed.output).toSatisfy(() => installed.ok);
  return app;
}

const LAYOUT = {
  path: 'app/layout.tsx',
  text: 'export default ({ children }: { children: React.ReactNode }) => <html lang="en"><body>{children}</body></html>;\n',
};
const checked = (app: string) =>
  run(join(app, 'node_modules/.bin/tsc'), ['--noEmit', '-p', '.', '--checkers', '1'], app);

describe("the API's types in somebody else's Next.js application, made of the guide's files", () => {
  test('are checked and built', { timeout: LONG_MS }, async () => {
    expect(FILES.map(({ path }) => path)).toContain('app/orders/[id]/watched-order.tsx');
    const app = await application('guide', [...FILES, LAYOUT]);
    expect(await checked(app)).toEqual({ ok: true, output: '' });
    const built = await run(join(app, 'node_modules/.bin/next'), ['build'], app);
    expect(built.output).toContain('/orders/[id]');
    expect(built.ok).toBe(true);

    const page = join(app, 'app/page.tsx');
    const right = readFileSync(page, 'utf8');
    writeFileSync(
      page,
      right
        .replace("text: 'mug'", "txet: 'mug'")
        .replace('available > 0', 'availability > 0')
        .replace('{ sku, name, available }', '{ sku, name, availability }'),
    );
    const { output } = await checked(app);
    expect(output).toMatch(/app\/page\.tsx.*'txet' does not exist/);
    expect(output).toMatch(/app\/page\.tsx.*'availability' does not exist/);
  });

  test('are an error where a peer is missing, not any', { timeout: LONG_MS }, async () => {
    const file = { path: 'shop.ts', text: FILES.find(({ path }) => path === 'lib/shop.ts')?.text ?? '' };
    const use = { path: 'use.ts', text: "import { shopOf } from './shop';\nexport const used = shopOf().catalog;\n" };
    const app = await application(
      'peerless',
      [file, use],
      ['@trpc/server', 'next', 'react', 'react-dom', '@stripe/stripe-js'],
    );
    const { ok, output } = await checked(app);
    expect(ok).toBe(false);
    expect(output).toMatch(/use\.ts.*'catalog' does not exist on type 'PeerMissing<"@trpc\/server">'/);
  });
});
