import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askToRestart, listenForControl } from './control.ts';
import { StackError } from './errors.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'control-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a running stack restarts what another terminal names, and says what it cannot', async () => {
  const restarted: string[] = [];
  const restart = async (name: string) => {
    if (name !== 'payment') throw new StackError(`No process is called "${name}"`);
    restarted.push(name);
  };
  const end = await listenForControl(folder, { restart });
  await askToRestart(folder, 'payment');
  expect(restarted).toEqual(['payment']);
  await expect(askToRestart(folder, 'web/../x')).rejects.toThrow('No process is called "web/../x"');
  end();
  await expect(askToRestart(folder, 'payment')).rejects.toThrow(`No ./run up or ./run demo listens on ${folder}`);
});
