/** BSON's types: number, alias for `$type`, and place in the order in which values of different types sort. */
const types = {
  minKey: { number: -1, order: 1 },
  undefined: { number: 6, order: 2 },
  null: { number: 10, order: 5 },
  int: { number: 16, order: 10 },
  long: { number: 18, order: 10 },
  double: { number: 1, order: 10 },
  decimal: { number: 19, order: 10 },
  string: { number: 2, order: 15 },
  symbol: { number: 14, order: 15 },
  object: { number: 3, order: 20 },
  array: { number: 4, order: 25 },
  binData: { number: 5, order: 30 },
  objectId: { number: 7, order: 35 },
  bool: { number: 8, order: 40 },
  date: { number: 9, order: 45 },
  timestamp: { number: 17, order: 47 },
  regex: { number: 11, order: 50 },
  dbPointer: { number: 12, order: 55 },
  javascript: { number: 13, order: 60 },
  javascriptWithScope: { number: 15, order: 65 },
  maxKey: { number: 127, order: 127 },
} as const;

export type TypeName = keyof typeof types;

const byClass: Record<string, TypeName> = {
  Int32: 'int',
  Long: 'long',
  Double: 'double',
  Decimal128: 'decimal',
  ObjectId: 'objectId',
  Binary: 'binData',
  Timestamp: 'timestamp',
  BSONRegExp: 'regex',
  BSONSymbol: 'symbol',
  Code: 'javascript',
  MinKey: 'minKey',
  MaxKey: 'maxKey',
  DBRef: 'object',
};

export function typeOf(value: unknown): TypeName {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return (value | 0) === value && !Object.is(value, -0) ? 'int' : 'double';
    case 'boolean':
      return 'bool';
    case 'undefined':
      return 'undefined';
    case 'bigint':
      return 'long';
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (value instanceof RegExp) return 'regex';
  if (value instanceof Uint8Array) return 'binData';
  const name = byClass[(value as { _bsontype?: string })._bsontype ?? ''] ?? 'object';
  return name === 'javascript' && (value as { scope?: unknown }).scope ? 'javascriptWithScope' : name;
}

export function orderOf(value: unknown): number {
  return types[typeOf(value)].order;
}

/** The order of a type that `$type` names by alias or number, `undefined` if there is no such type. */
export function typeNames(wanted: string | number): TypeName[] | undefined {
  if (wanted === 'number') return ['int', 'long', 'double', 'decimal'];
  const names = Object.keys(types) as TypeName[];
  const found = names.find((name) => (typeof wanted === 'string' ? name === wanted : types[name].number === wanted));
  return found && [found];
}

export function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || orderOf(value) === 10;
}
