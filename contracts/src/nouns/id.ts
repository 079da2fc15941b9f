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

/**
 * The id of an order in a region (a cell): a UUIDv7 with eighteen of its random bits fixed, which tell it from an id without a
 * region, and the region's number in the eight after them: `01a2056d-20c3-7ce1-a502-b27f2cbe65b7` is of region 2. Its last twelve
 * digits, which people search by, stay random.
 * @param regionNumber 1 to 255; undefined: the shop has one cell, and the id says nothing
 */
export function newOrderId(now: Date, regionNumber?: number): string {
  const id = newId(now);
  if (regionNumber === undefined) return id;
  return `${id.slice(0, 14)}${REGION_MARK}${regionNumber.toString(16).padStart(2, '0')}${id.slice(23)}`;
}

/** Version 7, variant 10, and the bits that say that a region's number follows. */
const REGION_MARK = '7ce1-a5';
const WITH_REGION = new RegExp(`^[0-9a-f]{8}-[0-9a-f]{4}-${REGION_MARK}([0-9a-f]{2})-[0-9a-f]{12}$`, 'i');

/** The number of the region that an order's id names; undefined: none, as all ids of before there were regions. */
export function regionNumberOf(orderId: string): number | undefined {
  const digits = WITH_REGION.exec(orderId)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}
