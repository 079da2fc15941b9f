import { deserialize, serialize } from 'bson';
import { describe, expect, test } from 'vitest';
import { FrameReader, opcodes, ProtocolError } from './frame.ts';
import { readMsg, writeMsg } from './op-msg.ts';
import { readQuery } from './op-query.ts';
import { encodeReply, RawDocument } from './reply.ts';

const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};
const section = (kind: number, body: Uint8Array) => Buffer.concat([Buffer.from([kind]), body]);
const sequence = (name: string, docs: object[]) => {
  const body = Buffer.concat([Buffer.from(`${name}\0`), ...docs.map((doc) => serialize(doc))]);
  return section(1, Buffer.concat([int32(body.length + 4), body]));
};
const message = (flags: number, ...sections: Buffer[]) => {
  const body = Buffer.concat([int32(flags), ...sections]);
  return Buffer.concat([int32(body.length + 16), int32(7), int32(0), int32(opcodes.msg), body]);
};
const ping = section(0, serialize({ ping: 1, $db: 'admin' }));

describe('cutting a stream into messages', () => {
  test('two messages that arrive byte by byte come out whole', () => {
    const reader = new FrameReader();
    const stream = Buffer.concat([message(0, ping), message(0, ping)]);

    const frames = [...stream].flatMap((byte) => reader.push(Buffer.from([byte])));

    expect(frames.map((frame) => frame.bytes.length)).toEqual([stream.length / 2, stream.length / 2]);
    expect(frames[0]).toMatchObject({ requestId: 7, opcode: opcodes.msg });
  });

  test.each([
    ['shorter than a header', [int32(15), int32(1), int32(0), int32(opcodes.msg)]],
    ['negative', [int32(-1), int32(1), int32(0), int32(opcodes.msg)]],
    ['beyond 48 MB', [int32(48_000_001), int32(1), int32(0), int32(opcodes.msg)]],
    ['of an unknown opcode', [int32(16), int32(1), int32(0), int32(2012)]],
  ])('a message %s is refused', (_what, parts) => {
    expect(() => new FrameReader().push(Buffer.concat(parts))).toThrow(ProtocolError);
  });
});

describe('OP_MSG', () => {
  test('document sequences become fields of the command', () => {
    const insert = section(0, serialize({ insert: 'c', $db: 'd' }));

    const { command } = readMsg(message(0, sequence('documents', [{ _id: 1 }, { _id: 2 }]), insert));

    expect(command).toEqual({ insert: 'c', $db: 'd', documents: [{ _id: 1 }, { _id: 2 }] });
  });

  test('moreToCome wants no answer, a checksum at the end is no section', () => {
    expect(readMsg(message(2, ping)).silent).toBe(true);
    expect(readMsg(message(1, ping, int32(0))).command).toMatchObject({ ping: 1 });
  });

  test.each([
    ['no command', message(0)],
    ['two commands', message(0, ping, ping)],
    ['an unknown section', message(0, section(2, serialize({})))],
    ['a flag it must understand', message(4, ping)],
    ['a document longer than the message', message(0, section(0, int32(100)))],
    ['BSON cut short', message(0, section(0, Buffer.concat([int32(12), Buffer.from('\x10a\0\x01\0\0\0\x05')])))],
    ['a sequence without a name', message(0, ping, section(1, Buffer.concat([int32(6), Buffer.from('xx')])))],
  ])('%s is refused', (_what, bytes) => {
    expect(() => readMsg(bytes)).toThrow(ProtocolError);
  });

  test('an OP_QUERY that is no command is refused', () => {
    const query = Buffer.concat([int32(0), Buffer.from('db.c\0'), int32(0), int32(1), serialize({})]);
    const header = [int32(query.length + 16), int32(1), int32(0), int32(opcodes.query)];

    expect(() => readQuery(Buffer.concat([...header, query]))).toThrow(ProtocolError);
  });
});

test('a reply with raw documents in it reads as if it had been encoded in one go', () => {
  const raw = (doc: object) => new RawDocument(serialize(doc));
  const reply = {
    ok: 1,
    cursor: { id: 5, firstBatch: [raw({ a: 1 }), raw({ b: [1] })], ns: 'd.c' },
    value: raw({ c: 1 }),
    n: 2,
  };

  const decoded = deserialize(Buffer.concat(encodeReply(reply)));

  expect(decoded).toEqual({
    ok: 1,
    cursor: { id: 5, firstBatch: [{ a: 1 }, { b: [1] }], ns: 'd.c' },
    value: { c: 1 },
    n: 2,
  });
  const [length] = [Buffer.concat(writeMsg(1, 2, encodeReply(reply))).readInt32LE(0)];
  expect(length).toBe(21 + Buffer.concat(encodeReply(reply)).length);
});
