import type { Doc } from '../bson/codec.ts';
import { keyString } from '../bson/key-string.ts';
import { fail, MongoError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { Collection, restore } from './collection.ts';
import { DataDirectory } from './data-directory.ts';
import { type Entry, encodeEntry } from './entry.ts';
import type { IndexSpec } from './secondary-index.ts';

/** Compact when the journal is this many times what a snapshot would be, and not small anyway. */
const garbageFactor = 4;
const minCompactBytes = 32 * 1024 * 1024;

/** All databases: collections by namespace (`db.collection`), kept in memory and, with a directory, in its journal. */
export class Store {
  readonly collections = new Map<string, Collection>();
  readonly #directory: DataDirectory | undefined;
  readonly #logger: Logger;
  #pending: Promise<void>[] = [];
  #complained = false;
  #compacting: Promise<void> | undefined;
  /** Grows when compacting fails, so that it isn't tried again at every write. */
  #compactAbove = minCompactBytes;

  constructor(dataDir: string | undefined, logger: Logger) {
    this.#logger = logger;
    this.#directory = dataDir === undefined ? undefined : new DataDirectory(dataDir, logger);
    this.#directory?.replay((entry) => this.#replay(entry));
  }

  get(namespace: string): Collection | undefined {
    return this.collections.get(namespace);
  }

  getOrCreate(namespace: string): Collection {
    return this.collections.get(namespace) ?? this.create(namespace, {});
  }

  create(namespace: string, options: Doc): Collection {
    const collection = this.#add(namespace, options);
    this.#record({ kind: 'create', namespace, options }, () => this.collections.delete(namespace));
    return collection;
  }

  drop(namespace: string): void {
    const collection = this.collections.get(namespace)!;
    this.collections.delete(namespace);
    this.#record({ kind: 'drop', namespace }, () => this.collections.set(namespace, collection));
  }

  addIndex(collection: Collection, spec: IndexSpec): void {
    collection.addIndex(spec);
    this.#record({ kind: 'addIndex', namespace: collection.namespace, spec }, () =>
      collection.indexes.delete(spec.name),
    );
  }

  dropIndex(collection: Collection, name: string): void {
    const index = collection.indexes.get(name)!;
    collection.indexes.delete(name);
    this.#record({ kind: 'dropIndex', namespace: collection.namespace, name }, () => collection.addIndex(index.spec));
  }

  /** Collections of one database, by name. */
  ofDatabase(database: string): Collection[] {
    const prefix = `${database}.`;
    const found = [...this.collections.values()].filter((collection) => collection.namespace.startsWith(prefix));
    return found.sort((a, b) => (a.namespace < b.namespace ? -1 : 1));
  }

  /** Hands over what must be on disk before the changes made since the last call may be acknowledged. */
  takePending(): Promise<void> | undefined {
    if (this.#pending.length === 0) return undefined;
    const pending = this.#pending;
    this.#pending = [];
    return Promise.all(pending).then(
      () => {
        this.#complained = false;
      },
      (error: Error) => this.#refuse(error),
    );
  }

  async close(): Promise<void> {
    await this.#compacting?.catch(() => undefined);
    await this.#directory?.close();
  }

  #add(namespace: string, options: Doc): Collection {
    const collection = new Collection(namespace, options, (changed, before, after) => {
      const entry: Entry = after
        ? { kind: 'put', namespace, bytes: after.bytes }
        : { kind: 'remove', namespace, id: before!.doc._id };
      this.#record(entry, () => changed.apply(after, before));
    });
    this.collections.set(namespace, collection);
    return collection;
  }

  #record(entry: Entry, undo: () => void): void {
    if (!this.#directory) return;
    const written = this.#directory.journal.append(encodeEntry(entry), undo);
    this.#pending.push(written);
    if (this.#directory.bytes > this.#compactAbove && this.#directory.bytes > garbageFactor * this.#liveBytes())
      void this.compact();
  }

  #refuse(error: Error): never {
    const full = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    if (!this.#complained) this.#logger.error(`the journal can't be written, so writes are refused: ${error.message}`);
    this.#complained = true;
    const message = `the write was not applied, the journal can't be written: ${error.message}`;
    throw full ? new MongoError('OutOfDiskSpace', message) : new MongoError('OperationFailed', message);
  }

  #liveBytes(): number {
    let bytes = 0;
    for (const collection of this.collections.values()) bytes += collection.bytes;
    return bytes;
  }

  /** Replaces the journal by a snapshot of what is alive. Writes go on meanwhile. */
  compact(): Promise<void> {
    this.#compacting ??= this.#compact().finally(() => {
      this.#compacting = undefined;
    });
    return this.#compacting;
  }

  async #compact(): Promise<void> {
    if (!this.#directory) return;
    try {
      await this.#directory.compact(() => this.#snapshot());
      this.#compactAbove = minCompactBytes;
    } catch (error) {
      this.#compactAbove = this.#directory.bytes * 2;
      this.#logger.error(`the journal could not be compacted, it goes on as it is: ${(error as Error).message}`);
    }
  }

  /** Everything alive at this moment: the lists are copied, the documents are never changed in place. */
  #snapshot(): Iterable<Entry> {
    const copies = [...this.collections.values()].map(({ namespace, options, indexes, documents }) => ({
      namespace,
      options,
      specs: [...indexes.values()].map((index) => index.spec),
      documents: [...documents.values()],
    }));
    return (function* () {
      for (const { namespace, options, specs, documents } of copies) {
        yield { kind: 'create', namespace, options } as const;
        for (const { bytes } of documents) yield { kind: 'put', namespace, bytes } as const;
        for (const spec of specs) yield { kind: 'addIndex', namespace, spec } as const;
      }
    })();
  }

  #replay(entry: Entry): void {
    if (entry.kind === 'create') {
      this.#add(entry.namespace, entry.options);
      return;
    }
    const collection = this.collections.get(entry.namespace);
    if (!collection) fail('InternalError', `the journal names a collection it never created: ${entry.namespace}`);
    switch (entry.kind) {
      case 'put': {
        const stored = restore(entry.bytes);
        collection.apply(collection.documents.get(stored.id), stored);
        return;
      }
      case 'remove':
        collection.apply(collection.documents.get(keyString(entry.id))!, undefined);
        return;
      case 'drop':
        this.collections.delete(entry.namespace);
        return;
      case 'addIndex':
        collection.addIndex(entry.spec as IndexSpec);
        return;
      case 'dropIndex':
        collection.indexes.delete(entry.name);
        return;
      default:
        entry satisfies never;
    }
  }
}
