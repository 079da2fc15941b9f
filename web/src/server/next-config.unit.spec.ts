import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const CONFIG = new URL('../../next.config.mjs', import.meta.url);

// The image has no optional packages: neither Next's compiler, which reads a TypeScript configuration, nor watchers of files.
test('a server in production reads its configuration without what only building needs', () => {
  const loaded = execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { registerHooks } from 'node:module';
       const loaded = [];
       registerHooks({ resolve: (name, context, next) => { loaded.push(name); return next(name, context); } });
       const { default: configure } = await import(${JSON.stringify(CONFIG.href)});
       await configure('phase-production-server');
       console.log(JSON.stringify(loaded));`,
    ],
    { encoding: 'utf8' },
  );

  expect(existsSync(fileURLToPath(new URL('next.config.ts', CONFIG)))).toBe(false);
  expect(JSON.parse(loaded)).toContain('next/constants.js');
  expect(loaded).not.toMatch(/next-intl|parcel|@next\/swc/);
});
