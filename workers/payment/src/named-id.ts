import { createHash } from 'node:crypto';

/** The namespace of refund ids that follow from the order itself. */
const REFUND_IDS = '5c0d1e0e-6a52-4f6b-9d0f-7f3f0a1c9a44';

/** The same name is always the same id: a UUIDv5 (RFC 9562, section 5.5). */
export function refundIdFor(name: string): string {
  const namespace = Buffer.from(REFUND_IDS.replaceAll('-', ''), 'hex');
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
