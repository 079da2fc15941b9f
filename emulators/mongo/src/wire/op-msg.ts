import { type Doc, decode, put } from '../bson/codec.ts';
import { headerBytes, opcodes, ProtocolError } from './frame.ts';

const checksumPresent = 1;
const moreToCome = 2;
/** Bits 0 to 15 must be understood; of them only these two are defined. */
const unknownRequired = 0xffff & ~(checksumPresent | moreToCome);

export interface Request {
  command: Doc;
  /** The client waits for no answer. */
  silent: boolean;
}

/** Reads an OP_MSG: one section with the command, and sections with lists of documents that become its fields. */
export function readMsg(bytes: Buffer): Request {
  const flags = bytes.readUInt32LE(headerBytes);
  if (flags & unknownRequired) throw new ProtocolError(`unknown flags ${flags}`);
  // The checksum is not verified: TCP and loopback did.
  const end = bytes.length - (flags & checksumPresent ? 4 : 0);
  let command: Doc | undefined;
  const sequences: [string, Doc[]][] = [];
  for (let at = headerBytes + 4; at < end; ) {
    const kind = bytes[at]!;
    const size = sizeAt(bytes, at + 1, end);
    const section = bytes.subarray(at + 1, at + 1 + size);
    if (kind === 0 && !command) command = document(section);
    else if (kind === 1) sequences.push(sequence(section));
    else throw new ProtocolError(`unexpected section of kind ${kind}`);
    at += 1 + size;
  }
  if (!command) throw new ProtocolError('message without a command');
  for (const [name, documents] of sequences) put(command, name, documents);
  return { command, silent: (flags & moreToCome) !== 0 };
}

function sequence(section: Buffer): [string, Doc[]] {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd < 0) throw new ProtocolError('document sequence without a name');
  const documents: Doc[] = [];
  for (let at = nameEnd + 1; at < section.length; ) {
    const size = sizeAt(section, at, section.length);
    documents.push(document(section.subarray(at, at + size)));
    at += size;
  }
  return [section.toString('utf8', 4, nameEnd), documents];
}

function sizeAt(bytes: Buffer, at: number, end: number): number {
  const size = at + 4 <= end ? bytes.readInt32LE(at) : -1;
  if (size < 5 || at + size > end) throw new ProtocolError(`length ${size} is out of bounds`);
  return size;
}

function document(bytes: Buffer): Doc {
  try {
    return decode(bytes);
  } catch (error) {
    throw new ProtocolError(`invalid BSON: ${(error as Error).message}`);
  }
}

export function writeMsg(requestId: number, responseTo: number, body: Buffer[]): Buffer[] {
  const length = headerBytes + 5 + body.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.alloc(headerBytes + 5);
  head.writeInt32LE(length, 0);
  head.writeInt32LE(requestId, 4);
  head.writeInt32LE(responseTo, 8);
  head.writeInt32LE(opcodes.msg, 12);
  return [head, ...body];
}
