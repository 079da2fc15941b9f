import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

const headerBytes = 8;
/** Above any document with its namespace: a length beyond it is rubbish. */
const maxFrame = 20 * 1024 * 1024;
const chunkBytes = 4 * 1024 * 1024;

/** A frame in two parts, not copied together: length and CRC-32 (both uint32, little-endian), then the payload. */
export function framed(payload: Uint8Array): [Uint8Array, Uint8Array] {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt32LE(payload.length, 0);
  header.writeUInt32LE(crc32(payload), 4);
  return [header, payload];
}

/**
 * Reads a file's frames in order. Returns where the last whole frame ends: what comes after it was being written when the
 * process or the machine stopped, and was never acknowledged.
 */
export function readFrames(path: string, onFrame: (payload: Buffer) => void): { end: number; torn: boolean } {
  const fd = openSync(path, 'r');
  try {
    let buffer = Buffer.alloc(0);
    let end = 0;
    let at = 0;
    for (;;) {
      if (buffer.length - at >= headerBytes) {
        const length = buffer.readUInt32LE(at);
        if (length === 0) return { end, torn: false }; // zeros written ahead
        if (length > maxFrame) return { end, torn: true };
        if (buffer.length - at - headerBytes >= length) {
          const payload = buffer.subarray(at + headerBytes, at + headerBytes + length);
          if (crc32(payload) !== buffer.readUInt32LE(at + 4)) return { end, torn: true };
          onFrame(payload);
          at += headerBytes + length;
          end += headerBytes + length;
          continue;
        }
      }
      const chunk = Buffer.allocUnsafeSlow(chunkBytes);
      const read = readSync(fd, chunk);
      if (read === 0) return { end, torn: at < buffer.length };
      buffer = Buffer.concat([buffer.subarray(at), chunk.subarray(0, read)]);
      at = 0;
    }
  } finally {
    closeSync(fd);
  }
}
