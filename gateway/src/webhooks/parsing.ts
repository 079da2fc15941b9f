import type { z } from 'zod';
import { type Answer, malformed } from './answers.ts';

/** The body as the schema wants it, or what the sender is told is wrong with it. */
export function parsed<T>(body: Buffer, schema: z.ZodType<T>): { data: T } | { answer: Answer } {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    return { answer: malformed('body', 'is not valid JSON') };
  }
  const result = schema.safeParse(json);
  if (result.success) return { data: result.data };
  const [issue] = result.error.issues;
  return { answer: malformed(issue?.path.join('.') || 'body', issue?.message ?? 'is not valid') };
}
