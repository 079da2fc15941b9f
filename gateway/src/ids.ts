import { createHash, randomBytes } from 'node:crypto';

/** A UUIDv7 (RFC 9562, section 5.7): sorts by time, so that a list of orders needs no other index. */
export function uuidv7(now: Date): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  return uuidOf(bytes, 7);
}

/** The same UUID for the same name, always (UUIDv8 of its SHA-256; RFC 9562, section 5.8). */
export function uuidFrom(name: string): string {
  return uuidOf(createHash('sha256').update(name).digest().subarray(0, 16), 8);
}

function uuidOf(bytes: Buffer, version: number): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | (version << 4), 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
