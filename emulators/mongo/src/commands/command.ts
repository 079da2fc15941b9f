import type { Doc } from '../bson/codec.ts';
import { isDoc } from '../bson/codec.ts';
import { toInteger } from '../bson/numbers.ts';
import { isNumeric, typeOf } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { evaluate } from '../query/expression.ts';
import type { Collection } from '../storage/collection.ts';
import type { Store } from '../storage/store.ts';
import type { Cursors } from './cursors.ts';

export interface Context {
  store: Store;
  cursors: Cursors;
  database: string;
  connectionId: number;
  startedAt: Date;
}

/** Runs to its end at once, so that every command is atomic; what it changed is on disk before the reply goes out. */
export type Command = (command: Doc, context: Context) => Doc;

/** The full name of the collection that a command's first field names. */
export function namespaceOf(command: Doc, { database }: Context): string {
  const [name, collection] = Object.entries(command)[0]!;
  if (typeof collection !== 'string')
    fail('InvalidNamespace', `collection name has invalid type ${typeOf(collection)} for ${name}`);
  return checkedNamespace(database, collection);
}

export function checkedNamespace(database: string, collection: string): string {
  const namespace = `${database}.${collection}`;
  if (collection === '' || collection.includes('\0') || collection[0] === '.')
    fail('InvalidNamespace', `Invalid namespace specified '${namespace}'`);
  if (collection.includes('$') && !collection.startsWith('$cmd'))
    fail('InvalidNamespace', `Invalid collection name: ${collection}`);
  if (Buffer.byteLength(namespace) > 255)
    fail('InvalidNamespace', `Fully qualified namespace is too long. Namespace: ${namespace} Max: 255`);
  return namespace;
}

export function collectionOf(command: Doc, context: Context): Collection | undefined {
  return context.store.get(namespaceOf(command, context));
}

/** An optional field that has to be a document. */
export function docField(command: Doc, name: string, otherwise: Doc = {}): Doc {
  const value = command[name];
  if (value === undefined || value === null) return otherwise;
  if (!isDoc(value))
    fail(
      'TypeMismatch',
      `BSON field '${Object.keys(command)[0]}.${name}' is the wrong type '${typeOf(value)}', expected type 'object'`,
    );
  return value;
}

/** An optional field that has to be a list of documents. */
export function listField(command: Doc, name: string, required = false): Doc[] {
  const value = command[name];
  const command0 = Object.keys(command)[0];
  if (value === undefined && required) fail(40414, `BSON field '${command0}.${name}' is missing but a required field`);
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    fail(
      'TypeMismatch',
      `BSON field '${command0}.${name}' is the wrong type '${typeOf(value)}', expected type 'array'`,
    );
  value.forEach((item, i) => {
    if (!isDoc(item))
      fail(
        'TypeMismatch',
        `BSON field '${command0}.${name}.${i}' is the wrong type '${typeOf(item)}', expected type 'object'`,
      );
  });
  return value as Doc[];
}

/** An optional whole number, not negative. */
export function countField(command: Doc, name: string): number | undefined {
  const value = command[name];
  if (value === undefined || value === null) return undefined;
  if (!isNumeric(value))
    fail(
      'TypeMismatch',
      `BSON field '${Object.keys(command)[0]}.${name}' is the wrong type '${typeOf(value)}', expected types '[long, int, decimal, double']`,
    );
  const number = toInteger(value);
  if (number === undefined) fail('FailedToParse', `Expected an integer for ${name}, but found ${String(value)}`);
  if (number < 0) fail(51024, `BSON field '${name}' value must be >= 0, actual value '${number}'`);
  return number;
}

/** The variables a command defines with `let`: expressions without a document. */
export function letOf(command: Doc): Doc {
  return Object.fromEntries(
    Object.entries(docField(command, 'let')).map(([name, value]) => [name, evaluate({}, value)]),
  );
}
