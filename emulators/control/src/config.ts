import { parseArgs } from 'node:util';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535).optional();

/** What every stand-in takes from the command line. */
export const standInFlags = { host: z.string().optional(), port, data: z.string().optional() };

/** A secret is a variable of the environment: every user of a machine can read command lines. Empty counts as missing. */
export const secretVariable = z
  .string()
  .transform((value) => value || undefined)
  .optional();

/** Flags of the command line by their names, without dashes, and variables of the environment. */
export interface Options<Flags extends z.ZodRawShape, Variables extends z.ZodRawShape> {
  readonly flags: Flags;
  readonly variables: Variables;
}
export type Given<Flags extends z.ZodRawShape, Variables extends z.ZodRawShape> = z.output<z.ZodObject<Flags>> &
  z.output<z.ZodObject<Variables>>;

/** @throws Error naming the flag or the variable at fault */
export function readOptions<Flags extends z.ZodRawShape, Variables extends z.ZodRawShape>({
  flags,
  variables,
}: Options<Flags, Variables>): Given<Flags, Variables> {
  const options = Object.fromEntries(Object.keys(flags).map((flag) => [flag, { type: 'string' as const }]));
  const set = Object.fromEntries(Object.keys(variables).map((variable) => [variable, process.env[variable]]));
  return { ...parsed(z.object(flags), parseArgs({ options }).values), ...parsed(z.object(variables), set) };
}

function parsed<Schema extends z.ZodType>(schema: Schema, values: unknown): z.output<Schema> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  throw new Error(z.prettifyError(result.error));
}
