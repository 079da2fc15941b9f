import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

const ID_BYTES = 16;
const pool = Buffer.alloc(ID_BYTES * 256);
let used = pool.length;

/** A UUIDv7 (RFC 9562): sorts by time. Randomness is drawn for 256 ids at a time, one system call each being too dear. */
export function newId(now = new Date()): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += ID_BYTES;
  return uuidv7({ msecs: now.getTime(), random: pool.subarray(used - ID_BYTES, used) });
}

/** When a UUIDv7 was made: its first 48 bits are milliseconds since 1970. */
export const timeOfId = (id: string): Date => new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
