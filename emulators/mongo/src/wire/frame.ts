/** The header of every message: length, request id, id answered, opcode; four int32, little-endian. */
export const headerBytes = 16;
export const maxMessageBytes = 48_000_000;

export const opcodes = { reply: 1, query: 2004, msg: 2013 } as const;

export interface Frame {
  requestId: number;
  opcode: number;
  /** The whole message, header included. */
  bytes: Buffer;
}

/** What is on the wire is no message of this protocol; the connection is beyond repair. */
export class ProtocolError extends Error {}

/** Cuts a stream of bytes into messages. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #size = 0;
  #needed = headerBytes;

  /** Takes in what arrived and returns the messages that are now complete. */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const frames: Frame[] = [];
    while (this.#size >= this.#needed) {
      const buffer = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#size);
      const length = buffer.readInt32LE(0);
      const opcode = buffer.readInt32LE(12);
      if (length < headerBytes || length > maxMessageBytes)
        throw new ProtocolError(`message length ${length} is out of bounds`);
      if (opcode !== opcodes.query && opcode !== opcodes.msg)
        throw new ProtocolError(`opcode ${opcode} is not supported`);
      this.#chunks = [buffer];
      this.#needed = length;
      if (this.#size < length) break;
      frames.push({ requestId: buffer.readInt32LE(4), opcode, bytes: buffer.subarray(0, length) });
      const rest = buffer.subarray(length);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#size = rest.length;
      this.#needed = headerBytes;
    }
    return frames;
  }
}
