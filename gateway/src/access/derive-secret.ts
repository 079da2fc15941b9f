import { hkdfSync } from 'node:crypto';

const BYTES = 32;

/** A secret for one purpose out of another's (HKDF, RFC 5869): nobody gets back from it to the other. */
export function deriveSecret(secret: string, purpose: string): string {
  return Buffer.from(hkdfSync('sha256', secret, 'orderflow', purpose, BYTES)).toString('base64url');
}
