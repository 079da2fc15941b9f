import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root, wherever ./run was called from. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The folder the user called ./run in; the script itself works in the root. */
export const calledFrom = (): string => process.env.ORDERFLOW_CALLED_FROM || process.cwd();

/** A directory the user named, from where they stand; the default `.data` is the project's own. */
export function dataDirOf(option: string): string {
  return option === '.data' ? resolve(ROOT, option) : resolve(calledFrom(), option);
}
