import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** System folders that a user's PATH often lacks; Debian and Homebrew put servers there. */
const SERVER_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/bin', '/opt/homebrew/sbin', '/opt/homebrew/bin'];

/** The executable of this name, looked for on PATH and where servers usually are; or undefined. */
export function findBinary(name: string, path: string = process.env.PATH ?? ''): string | undefined {
  return [...path.split(delimiter), ...SERVER_FOLDERS].map((folder) => join(folder, name)).find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
