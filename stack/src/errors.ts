/** Something the user can do something about: shown as it is, one line, without a stack. */
export class StackError extends Error {
  override readonly name = 'StackError';
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
