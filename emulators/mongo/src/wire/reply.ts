import { type Doc, encode, isDoc } from '../bson/codec.ts';

/** A document that is already BSON, to be put into a reply as it is. */
export class RawDocument {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** Encodes a reply in pieces, so that stored documents in it are neither encoded nor copied again. */
export function encodeReply(reply: Doc): Buffer[] {
  const parts: Buffer[] = [];
  writeDoc(reply, parts);
  return parts;
}

function writeDoc(doc: Doc, parts: Buffer[]): number {
  const head = Buffer.allocUnsafe(4);
  parts.push(head);
  let size = 4;
  let ordinary: Doc = {};
  const flush = () => {
    const encoded = encode(ordinary);
    if (encoded.length > 5) size += append(parts, encoded.subarray(4, -1));
    ordinary = {};
  };
  for (const [key, value] of Object.entries(doc)) {
    if (!holdsRaw(value)) {
      ordinary[key] = value;
      continue;
    }
    flush();
    size += append(parts, Buffer.from(`${Array.isArray(value) ? '\x04' : '\x03'}${key}\0`));
    size += writeRaw(value, parts);
  }
  flush();
  size += append(parts, Buffer.from([0]));
  head.writeInt32LE(size);
  return size;
}

function writeRaw(value: unknown, parts: Buffer[]): number {
  if (value instanceof RawDocument) return append(parts, value.bytes);
  if (!Array.isArray(value)) return writeDoc(value as Doc, parts);
  const head = Buffer.allocUnsafe(4);
  parts.push(head);
  let size = 5;
  for (let i = 0; i < value.length; i++) {
    size += append(parts, Buffer.from(`\x03${i}\0`, 'latin1'));
    size += append(parts, (value[i] as RawDocument).bytes);
  }
  append(parts, Buffer.from([0]));
  head.writeInt32LE(size);
  return size;
}

/** A raw document, a list of them, or a document with one among its fields (as `cursor` has). */
function holdsRaw(value: unknown): boolean {
  if (value instanceof RawDocument) return true;
  if (Array.isArray(value)) return value.length > 0 && value[0] instanceof RawDocument;
  return isDoc(value) && Object.values(value).some(holdsRaw);
}

function append(parts: Buffer[], bytes: Uint8Array): number {
  parts.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return bytes.length;
}
