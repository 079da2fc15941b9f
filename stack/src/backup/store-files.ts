import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { mongo } from 'mongoose';

const { EJSON } = mongo.BSON;

/** What was read: as many documents, and the digest of their lines. */
export interface Read {
  readonly documents: number;
  readonly sha256: string;
}

/** Numbers and dates come back as exactly what they are. */
const AS_STORED = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;
const BATCH = 500;

/** The documents of a collection by id, as lines. @param file where they go; without one they are only counted */
export async function readCollection(collection: mongo.Collection, file?: string): Promise<Read> {
  const hash = createHash('sha256');
  let documents = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const document of collection.find({}, { ...AS_STORED, sort: { _id: 1 }, batchSize: BATCH })) {
      const line = `${EJSON.stringify(document, { relaxed: false })}\n`;
      hash.update(line);
      documents += 1;
      yield line;
    }
  }
  if (file === undefined) for await (const _ of lines());
  else await pipeline(Readable.from(lines()), createGzip(), createWriteStream(file, { mode: 0o600 }));
  return { documents, sha256: hash.digest('hex') };
}

/** @throws Error where the file is cut off or no gzip */
export async function readFile(file: string): Promise<Read> {
  const hash = createHash('sha256');
  let documents = 0;
  await eachLine(file, async (line) => {
    hash.update(`${line}\n`);
    documents += 1;
  });
  return { documents, sha256: hash.digest('hex') };
}

/** Puts a file's documents into an empty collection. */
export async function fill(collection: mongo.Collection, file: string): Promise<void> {
  let batch: mongo.Document[] = [];
  const write = async () => {
    if (batch.length > 0) await collection.insertMany(batch, { ordered: false });
    batch = [];
  };
  await eachLine(file, async (line) => {
    batch.push(EJSON.parse(line, { relaxed: false }) as mongo.Document);
    if (batch.length >= BATCH) await write();
  });
  await write();
}

async function eachLine(file: string, use: (line: string) => Promise<void>): Promise<void> {
  await pipeline(createReadStream(file), createGunzip(), async (bytes: AsyncIterable<Buffer>) => {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of bytes) {
      // Not by `readline`, which takes other characters for ends of lines too.
      const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
      rest = lines.pop() as string;
      for (const line of lines) await use(line);
    }
    if (rest !== '') throw new Error('its last line is cut off');
  });
}
