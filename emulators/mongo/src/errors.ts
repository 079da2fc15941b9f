import type { Doc } from './bson/codec.ts';

/** MongoDB's own error codes, by the names its server gives them (src/mongo/base/error_codes.yml). */
const codes = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  InvalidLength: 16,
  IllegalOperation: 20,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  NotSingleValueField: 54,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  OperationFailed: 96,
  InvalidPipelineOperator: 168,
  CannotIndexParallelArrays: 171,
  InvalidIndexSpecificationOption: 197,
  NotImplemented: 238,
  APIVersionError: 322,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  OutOfDiskSpace: 14031,
} as const;

type CodeName = keyof typeof codes;

/** An error as it goes over the wire: `{ ok: 0, errmsg, code, codeName }`. */
export class MongoError extends Error {
  readonly code: number;
  readonly codeName: string;
  /** What the server adds for this code, such as `keyPattern` and `keyValue`. */
  readonly details: Doc;

  constructor(code: CodeName | number, message: string, details: Doc = {}) {
    super(message);
    this.code = typeof code === 'number' ? code : codes[code];
    // The server names a code without a name of its own after its place in the source.
    this.codeName = typeof code === 'number' ? (nameOf(code) ?? `Location${code}`) : code;
    this.details = details;
  }

  toReply(): Doc {
    return { ok: 0, errmsg: this.message, code: this.code, codeName: this.codeName, ...this.details };
  }

  toWriteError(index: number): Doc {
    return { index, code: this.code, errmsg: this.message, ...this.details };
  }
}

function nameOf(code: number): string | undefined {
  return Object.entries(codes).find(([, value]) => value === code)?.[0];
}

export function fail(code: CodeName | number, message: string, details?: Doc): never {
  throw new MongoError(code, message, details);
}

/** What a client is told of an exception: ours as they are, anything else as an internal error. */
export function asMongoError(error: unknown): MongoError {
  if (error instanceof MongoError) return error;
  return new MongoError('InternalError', error instanceof Error ? error.message : String(error));
}
