import type { Doc } from '../bson/codec.ts';

/**
 * One line of the comparison with a complete engine: documents given, commands run, and what comes of it. The collection is
 * called `c`; of several commands the last one's outcome counts.
 */
export interface Row {
  name: string;
  given?: Doc[];
  when: Doc | Doc[];
  /** What the reply has, among other things; for a cursor, its documents under `docs`. */
  reply?: Doc;
  /** The error's code: the command's own, or of its write errors. */
  code?: number | number[];
  /** The collection afterwards, by `_id`. */
  left?: Doc[];
  /** Why another engine's outcome may differ. */
  differs?: string;
}

export const find = (filter: Doc, options: Doc = {}): Doc => ({ find: 'c', filter, sort: { _id: 1 }, ...options });
export const ids = (...list: unknown[]): Doc => ({ docs: list.map((_id) => ({ _id })) });
export const findIds = (filter: Doc, options: Doc = {}): Doc => find(filter, { projection: { _id: 1 }, ...options });
export const update = (q: Doc, u: unknown, options: Doc = {}): Doc => ({
  update: 'c',
  updates: [{ q, u, ...options }],
});
export const modify = (query: Doc, change: unknown, options: Doc = {}): Doc => ({
  findAndModify: 'c',
  query,
  update: change,
  ...options,
});
export const insert = (documents: Doc[], options: Doc = {}): Doc => ({ insert: 'c', documents, ...options });
export const aggregate = (pipeline: Doc[]): Doc => ({ aggregate: 'c', pipeline, cursor: {} });
export const createIndex = (key: Doc, options: Doc = {}): Doc => ({
  createIndexes: 'c',
  indexes: [{ key, name: Object.entries(key).flat().join('_'), ...options }],
});
