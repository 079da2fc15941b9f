import { fileURLToPath } from 'node:url';

/** The project's root, wherever ./run was called from. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
