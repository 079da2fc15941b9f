import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { appRouter } from './router.ts';

interface Json {
  readonly type?: string;
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, Json>>;
  readonly items?: Json;
  readonly anyOf?: readonly Json[];
  readonly oneOf?: readonly Json[];
  readonly allOf?: readonly Json[];
}
interface Procedure {
  readonly _def: { readonly inputs: readonly z.ZodType[] };
}

/** Paths of objects that take keys which nobody knows; a record has keys of its own. */
function openIn(schema: Json, path = 'input'): string[] {
  const { type, properties, additionalProperties, items, anyOf = [], oneOf = [], allOf = [] } = schema;
  const isOpen = type === 'object' && additionalProperties === undefined;
  return [
    ...(isOpen ? [path] : []),
    ...Object.entries(properties ?? {}).flatMap(([name, one]) => openIn(one, `${path}.${name}`)),
    ...(items ? openIn(items, `${path}[]`) : []),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((one) => openIn(one, path)),
  ];
}

describe('an input', () => {
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>);

  test('is there for every procedure, also where there is nothing to say', () => {
    expect(procedures.filter(([, { _def }]) => _def.inputs.length === 0).map(([name]) => name)).toEqual([]);
  });

  test.each(procedures)('of %s refuses what it does not know, at every level', (_, { _def }) => {
    const schemas = _def.inputs.map((input) => z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Json);
    expect(schemas.flatMap((schema) => openIn(schema))).toEqual([]);
  });
});
