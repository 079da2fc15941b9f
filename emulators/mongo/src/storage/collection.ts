import { type Doc, decode, encode } from '../bson/codec.ts';
import { keyString } from '../bson/key-string.ts';
import { encodeAfter } from '../bson/splice.ts';
import { fail } from '../errors.ts';
import { duplicateKey, type IndexSpec, SecondaryIndex } from './secondary-index.ts';
import { SortedList } from './sorted-list.ts';
import { Stored } from './stored.ts';

/** MongoDB's limit for one document, and our own for all. */
export const maxDocumentBytes = 16 * 1024 * 1024;

const idIndex: IndexSpec = { v: 2, key: { _id: 1 }, name: '_id_' };

/** Called for every change, before the next command runs: the journal's ear. */
export type OnChange = (collection: Collection, before: Stored | undefined, after: Stored | undefined) => void;

/** The documents of one namespace in insertion order, and its indexes. Every method is atomic: it happens, or throws and nothing did. */
export class Collection {
  readonly namespace: string;
  options: Doc;
  /** By the key string of `_id`, in insertion order. */
  readonly documents = new Map<string, Stored>();
  /** The key strings of all `_id`s, sorted. */
  readonly byId = new SortedList<string>();
  readonly indexes = new Map<string, SecondaryIndex>();
  bytes = 0;
  readonly #onChange: OnChange;

  constructor(namespace: string, options: Doc, onChange: OnChange) {
    this.namespace = namespace;
    this.options = options;
    this.#onChange = onChange;
  }

  insert(doc: Doc): Stored {
    const stored = store(encode(doc), doc);
    if (this.documents.has(stored.id)) duplicateKey(this.namespace, '_id_', { _id: 1 }, { _id: doc._id });
    this.#change(undefined, stored);
    return stored;
  }

  /** Puts a changed document, whose `_id` is the same, in an old one's place. */
  replace(before: Stored, doc: Doc): Stored {
    const after = store(encodeAfter(doc, before.doc, before.bytes), doc, before.id);
    this.#change(before, after);
    return after;
  }

  remove(before: Stored): void {
    this.#change(before, undefined);
  }

  #change(before: Stored | undefined, after: Stored | undefined): void {
    const changes = this.#indexChanges(before, after);
    for (const { index, added } of changes) {
      const holder = index.holder(added, before?.id);
      if (holder === undefined || !after) continue;
      duplicateKey(
        this.namespace,
        index.spec.name,
        index.spec.key,
        index.keyValue(after.doc, this.documents.get(holder)!.doc),
      );
    }
    this.#put(before, after, changes);
    this.#onChange(this, before, after);
    before?.forget();
  }

  /** Puts a change into effect in memory only: how the journal is replayed, and a change that it refused undone. */
  apply(before: Stored | undefined, after: Stored | undefined): void {
    this.#put(before, after, this.#indexChanges(before, after));
    before?.forget();
  }

  #put(before: Stored | undefined, after: Stored | undefined, changes: IndexChange[]): void {
    const id = (after ?? before)!.id;
    for (const { index, removed, added } of changes) {
      index.remove(removed, id);
      index.add(added, id);
    }
    this.bytes += (after?.bytes.length ?? 0) - (before?.bytes.length ?? 0);
    if (after) this.documents.set(id, after);
    else this.documents.delete(id);
    if (after && !before) this.byId.set(id, id);
    if (before && !after) this.byId.delete(id);
  }

  #indexChanges(before: Stored | undefined, after: Stored | undefined): IndexChange[] {
    const changes: IndexChange[] = [];
    for (const index of this.indexes.values()) {
      if (before && after && index.isUntouched(before.doc, after.doc)) continue;
      const removed = before ? index.keysOf(before.doc) : [];
      const added = after ? index.keysOf(after.doc) : [];
      if (!sameKeys(removed, added)) changes.push({ index, removed, added });
    }
    return changes;
  }

  /** Builds an index over what is there; throws DuplicateKey, leaving none, if it is unique and the documents aren't. */
  addIndex(spec: IndexSpec): void {
    const index = new SecondaryIndex(spec);
    for (const { id, doc } of this.documents.values()) {
      const keys = index.keysOf(doc);
      const holder = index.holder(keys);
      if (holder !== undefined) {
        duplicateKey(this.namespace, spec.name, spec.key, index.keyValue(doc, this.documents.get(holder)!.doc));
      }
      index.add(keys, id);
    }
    this.indexes.set(spec.name, index);
  }

  indexSpecs(): IndexSpec[] {
    return [idIndex, ...[...this.indexes.values()].map((index) => index.spec)];
  }
}

interface IndexChange {
  index: SecondaryIndex;
  removed: string[];
  added: string[];
}

function sameKeys(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}

function store(bytes: Uint8Array, doc: Doc, id = keyString(doc._id)): Stored {
  if (bytes.length > maxDocumentBytes) {
    fail(
      'BSONObjectTooLarge',
      `BSONObj size: ${bytes.length} is invalid. Size must be between 0 and ${maxDocumentBytes}(16MB)`,
    );
  }
  return new Stored(id, bytes, doc);
}

/** A document as it comes out of the journal. */
export function restore(bytes: Uint8Array): Stored {
  const doc = decode(bytes);
  return new Stored(keyString(doc._id), bytes, doc);
}
