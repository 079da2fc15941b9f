import { type Doc, decode } from '../bson/codec.ts';
import { headerBytes, opcodes, ProtocolError } from './frame.ts';

/** Reads an OP_QUERY, which drivers still open a connection with: a command on `db.$cmd`. */
export function readQuery(bytes: Buffer): { database: string; command: Doc } {
  const nameEnd = bytes.indexOf(0, headerBytes + 4);
  const name = nameEnd < 0 ? '' : bytes.toString('utf8', headerBytes + 4, nameEnd);
  if (!name.endsWith('.$cmd')) throw new ProtocolError('OP_QUERY is for commands only');
  const at = nameEnd + 9;
  const size = at + 4 <= bytes.length ? bytes.readInt32LE(at) : -1;
  if (size < 5 || at + size > bytes.length) throw new ProtocolError(`length ${size} is out of bounds`);
  try {
    const query = decode(bytes.subarray(at, at + size));
    const command = (query.$query ?? query) as Doc;
    return { database: name.slice(0, -5), command };
  } catch (error) {
    throw new ProtocolError(`invalid BSON: ${(error as Error).message}`);
  }
}

/** OP_REPLY: no cursor, one document. */
export function writeReply(requestId: number, responseTo: number, body: Buffer[]): Buffer[] {
  const length = headerBytes + 20 + body.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.alloc(headerBytes + 20);
  head.writeInt32LE(length, 0);
  head.writeInt32LE(requestId, 4);
  head.writeInt32LE(responseTo, 8);
  head.writeInt32LE(opcodes.reply, 12);
  head.writeInt32LE(8, 16); // AwaitCapable, which clients expect to be set
  head.writeInt32LE(1, 32);
  return [head, ...body];
}
