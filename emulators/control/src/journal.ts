import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

type Change = [collection: string, id: string, document: unknown];
export type Collection<T> = {
  get(id: string): T | undefined;
  all(): T[];
  put(id: string, document: T): T;
  remove(id: string): void;
};
export type Journal = {
  collection<T>(name: string): Collection<T>;
  /** Writes what changed since the last commit, all of it or nothing, before anybody is answered. */
  commit(): void;
  close(): void;
};

/** Collections in memory whose changes go to `dataDir`, one line a commit, so that a restart forgets nothing. */
export function openJournal(dataDir: string | undefined): Journal {
  const collections = new Map<string, Map<string, unknown>>();
  let pending: Change[] = [];
  let descriptor = dataDir === undefined ? undefined : replay(dataDir, collections);

  return {
    collection<T>(name: string): Collection<T> {
      const documents = collectionOf(collections, name) as Map<string, T>;
      const note = (id: string, document: T | null) => descriptor !== undefined && pending.push([name, id, document]);
      return {
        get: (id) => documents.get(id),
        all: () => [...documents.values()],
        put(id, document) {
          documents.set(id, document);
          note(id, document);
          return document;
        },
        remove(id) {
          if (documents.delete(id)) note(id, null);
        },
      };
    },
    commit() {
      if (descriptor !== undefined && pending.length > 0) writeSync(descriptor, `${JSON.stringify(pending)}\n`);
      pending = [];
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
      // A call that was delayed may end after this, when the number may be another file's.
      descriptor = undefined;
    },
  };
}

function collectionOf(collections: Map<string, Map<string, unknown>>, name: string): Map<string, unknown> {
  const known = collections.get(name) ?? new Map<string, unknown>();
  collections.set(name, known);
  return known;
}

/** Reads the journal, writes it anew without what was overtaken, and opens it for appending. */
function replay(dataDir: string, collections: Map<string, Map<string, unknown>>): number {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'journal.jsonl');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  // A last line without its newline was torn by a kill: nobody had been answered yet.
  for (const line of lines.slice(0, -1)) {
    for (const [name, id, document] of JSON.parse(line) as Change[]) {
      if (document === null) collectionOf(collections, name).delete(id);
      else collectionOf(collections, name).set(id, document);
    }
  }
  const kept = [...collections].flatMap(([name, documents]) =>
    [...documents].map(([id, document]) => [name, id, document]),
  );
  writeFileSync(`${path}.new`, kept.map((change) => `${JSON.stringify([change])}\n`).join(''));
  renameSync(`${path}.new`, path);
  return openSync(path, 'a');
}
