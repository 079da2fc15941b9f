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
import { Kept } from './kept.ts';

type Change = readonly [collection: string, id: string, kept: Kept<unknown> | null];
export type Collection<T> = {
  get(id: string): T | undefined;
  all(): T[];
  /** Ids, and what is under each if it is asked for. */
  newestFirst(): Iterable<readonly [id: string, document: () => T | undefined]>;
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
  const collections = new Map<string, Map<string, Kept<unknown>>>();
  let pending: Change[] = [];
  let descriptor = dataDir === undefined ? undefined : replay(dataDir, collections);

  return {
    collection<T>(name: string): Collection<T> {
      const documents = collectionOf(collections, name) as Map<string, Kept<T>>;
      const note = (id: string, kept: Kept<T> | null) => descriptor !== undefined && pending.push([name, id, kept]);
      return {
        get: (id) => documents.get(id)?.document,
        all: () => [...documents.values()].map(({ document }) => document),
        *newestFirst() {
          for (const id of [...documents.keys()].reverse()) yield [id, () => documents.get(id)?.document];
        },
        put(id, document) {
          const kept = documents.get(id) ?? new Kept({ document });
          kept.document = document;
          documents.set(id, kept);
          note(id, kept);
          return document;
        },
        remove(id) {
          if (documents.delete(id)) note(id, null);
        },
      };
    },
    commit() {
      if (descriptor !== undefined && pending.length > 0) writeSync(descriptor, lineOf(pending));
      pending = [];
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
      // A call that was delayed may end after this, when the number may be another file's.
      descriptor = undefined;
    },
  };
}

/** Changes as a line of JSON: `[collection, id, document or null]` for each. */
function lineOf(changes: readonly Change[]): string {
  const parts = changes.map(([name, id, kept]) => `["${name}",${JSON.stringify(id)},${kept?.written() ?? null}]`);
  return `[${parts.join(',')}]\n`;
}

function collectionOf(collections: Map<string, Map<string, Kept<unknown>>>, name: string): Map<string, Kept<unknown>> {
  const known = collections.get(name) ?? new Map<string, Kept<unknown>>();
  collections.set(name, known);
  return known;
}

/** Reads the journal, writes it anew without what was overtaken, and opens it for appending. */
function replay(dataDir: string, collections: Map<string, Map<string, Kept<unknown>>>): number {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'journal.jsonl');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  // A last line without its newline was torn by a kill: nobody had been answered yet.
  for (const line of lines.slice(0, -1)) {
    for (const [name, id, document] of JSON.parse(line) as [string, string, unknown][]) {
      if (document === null) collectionOf(collections, name).delete(id);
      else collectionOf(collections, name).set(id, new Kept({ json: JSON.stringify(document) }));
    }
  }
  const kept = [...collections].flatMap(([name, documents]) =>
    [...documents].map(([id, document]) => lineOf([[name, id, document]])),
  );
  writeFileSync(`${path}.new`, kept.join(''));
  renameSync(`${path}.new`, path);
  return openSync(path, 'a');
}
