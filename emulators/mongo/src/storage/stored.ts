import { type Doc, decode } from '../bson/codec.ts';

/** Of all documents, those used last are also kept decoded, which takes about as much again: so many bytes of them. */
const decodedBytes = 64 * 1024 * 1024;

/** Those that are decoded at present, oldest first. */
const decoded = new Set<Stored>();
let bytesDecoded = 0;

/** One stored document: never changed in place, an update makes a new one. */
export class Stored {
  /** `keyString` of its `_id`. */
  readonly id: string;
  /** In BSON, as it stands in the journal and goes into replies. */
  readonly bytes: Uint8Array;
  #doc: Doc | undefined;

  /** @param doc the same decoded, where it is at hand */
  constructor(id: string, bytes: Uint8Array, doc?: Doc) {
    this.id = id;
    // Of its own: a small buffer is a part of a large one, which it would keep in memory with all that has gone from it.
    this.bytes = new Uint8Array(bytes);
    if (doc) this.#keep(doc);
  }

  /** Decoded where it is not: whoever compares it with itself asks once. */
  get doc(): Doc {
    return this.#doc ?? this.#keep(decode(this.bytes));
  }

  /** Its place is another's, or nobody's. */
  forget(): void {
    if (!decoded.delete(this)) return;
    bytesDecoded -= this.bytes.length;
    this.#doc = undefined;
  }

  #keep(doc: Doc): Doc {
    this.#doc = doc;
    decoded.add(this);
    bytesDecoded += this.bytes.length;
    for (const oldest of decoded) {
      if (bytesDecoded <= decodedBytes || oldest === this) break;
      oldest.forget();
    }
    return doc;
  }
}
