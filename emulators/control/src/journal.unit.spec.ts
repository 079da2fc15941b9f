import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournal } from './journal.ts';

test('a change after the close is written nowhere, not even to the file that got the number', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'journal-'));
  const journal = openJournal(dataDir);
  const late = journal.collection<number>('late');
  journal.close();
  const path = join(dataDir, 'other');
  const other = openSync(path, 'w');

  late.put('a', 1);
  journal.commit();

  expect(readFileSync(path, 'utf8')).toBe('');
  closeSync(other);
  rmSync(dataDir, { recursive: true });
});
