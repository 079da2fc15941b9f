import { Long } from 'bson';
import { type Doc, encode } from '../bson/codec.ts';
import { fail } from '../errors.ts';
import { RawDocument } from '../wire/reply.ts';

const firstBatchSize = 101;
const maxReplyBytes = 16 * 1024 * 1024;
/** As MongoDB does, cursors nobody asks of for ten minutes are forgotten. */
const idleMs = 10 * 60 * 1000;

interface Cursor {
  namespace: string;
  results: Iterator<Uint8Array>;
  /** Read but too big for the last reply. */
  held: Uint8Array | undefined;
  usedAt: number;
}

export interface CursorOptions {
  batchSize?: number | undefined;
  singleBatch?: boolean;
  limit?: number;
}

/** Results that didn't fit into one reply. */
export class Cursors {
  readonly #open = new Map<bigint, Cursor>();
  #nextId = BigInt(Date.now()) << 16n;

  /** A reply's `cursor` with the first batch; what is left waits for getMore. */
  open(
    namespace: string,
    results: Iterable<Uint8Array>,
    { batchSize = firstBatchSize, singleBatch = false }: CursorOptions,
  ): Doc {
    const cursor: Cursor = { namespace, results: results[Symbol.iterator](), held: undefined, usedAt: Date.now() };
    const firstBatch = fill(cursor, batchSize);
    const finished = singleBatch || (batchSize > 0 && peek(cursor) === undefined);
    let id = 0n;
    if (!finished) {
      id = ++this.#nextId;
      this.#open.set(id, cursor);
    }
    return { cursor: { firstBatch, id: Long.fromBigInt(id), ns: namespace }, ok: 1 };
  }

  more(id: bigint, namespace: string, batchSize = Number.MAX_SAFE_INTEGER): Doc {
    const cursor = this.#open.get(id);
    if (!cursor) fail('CursorNotFound', `cursor id ${id} not found`);
    if (cursor.namespace !== namespace) {
      fail(
        'Unauthorized',
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      );
    }
    cursor.usedAt = Date.now();
    const nextBatch = fill(cursor, batchSize === 0 ? Number.MAX_SAFE_INTEGER : batchSize);
    const finished = peek(cursor) === undefined;
    if (finished) this.#open.delete(id);
    return { cursor: { nextBatch, id: Long.fromBigInt(finished ? 0n : id), ns: namespace }, ok: 1 };
  }

  kill(id: bigint): boolean {
    return this.#open.delete(id);
  }

  forgetIdle(now: number): void {
    for (const [id, cursor] of this.#open) if (now - cursor.usedAt > idleMs) this.#open.delete(id);
  }
}

function fill(cursor: Cursor, batchSize: number): RawDocument[] {
  const batch: RawDocument[] = [];
  let size = 0;
  while (batch.length < batchSize) {
    const bytes = peek(cursor);
    if (bytes === undefined) break;
    if (batch.length > 0 && size + bytes.length > maxReplyBytes) break;
    cursor.held = undefined;
    size += bytes.length;
    batch.push(new RawDocument(bytes));
  }
  return batch;
}

function peek(cursor: Cursor): Uint8Array | undefined {
  if (cursor.held === undefined) {
    const next = cursor.results.next();
    if (!next.done) cursor.held = next.value;
  }
  return cursor.held;
}

export function* encoded(docs: Iterable<Doc>): Generator<Uint8Array, void> {
  for (const doc of docs) yield encode(doc);
}
