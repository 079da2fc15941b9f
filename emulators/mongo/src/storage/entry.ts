import { type Doc, decode, encode } from '../bson/codec.ts';

/** What the journal records: a document put, a document removed, or a change to collections and indexes. */
export type Entry =
  | { kind: 'put'; namespace: string; bytes: Uint8Array }
  | { kind: 'remove'; namespace: string; id: unknown }
  | { kind: 'create'; namespace: string; options: Doc }
  | { kind: 'drop'; namespace: string }
  | { kind: 'addIndex'; namespace: string; spec: Doc }
  | { kind: 'dropIndex'; namespace: string; name: string };

const kinds = ['put', 'remove', 'create', 'drop', 'addIndex', 'dropIndex'] as const;

/** One byte for the kind, the namespace's length (uint16) and text, then BSON: for a put the document as it is stored. */
export function encodeEntry(entry: Entry): Uint8Array {
  const body = entry.kind === 'put' ? entry.bytes : encode(bodyOf(entry));
  const nameBytes = Buffer.byteLength(entry.namespace);
  const encoded = Buffer.allocUnsafe(3 + nameBytes + body.length);
  encoded.writeUInt8(kinds.indexOf(entry.kind), 0);
  encoded.writeUInt16LE(nameBytes, 1);
  encoded.write(entry.namespace, 3);
  encoded.set(body, 3 + nameBytes);
  return encoded;
}

function bodyOf(entry: Exclude<Entry, { kind: 'put' }>): Doc {
  const { kind, namespace, ...body } = entry;
  return body;
}

export function decodeEntry(payload: Buffer): Entry {
  const kind = kinds[payload.readUInt8(0)];
  const bodyAt = 3 + payload.readUInt16LE(1);
  const namespace = payload.toString('utf8', 3, bodyAt);
  const body = payload.subarray(bodyAt);
  if (kind === undefined) throw new Error(`unknown journal entry ${payload.readUInt8(0)}`);
  // A document's bytes are copied out, or each would keep the whole chunk it was read with in memory.
  if (kind === 'put') return { kind, namespace, bytes: Uint8Array.prototype.slice.call(body) };
  return { kind, namespace, ...decode(body) } as Entry;
}
