import { messageOf, StackError } from '../errors.ts';

/** The last resort of every command: one line for the user, the stack only where DEBUG asks for it. */
export function failPlainly(error: unknown): void {
  const spaceIsOut = (error as { code?: string } | null)?.code === 'ENOSPC';
  const text = spaceIsOut
    ? 'The disk is full: free some space (./.data and the temporary folder are ours) and try again.'
    : messageOf(error);
  process.stderr.write(`${text}\n`);
  if (process.env.DEBUG && !(error instanceof StackError)) process.stderr.write(`${(error as Error)?.stack ?? ''}\n`);
  process.exitCode = 1;
}
