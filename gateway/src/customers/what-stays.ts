import type { Erasure } from '@orderflow/contracts';
import type { KeptDocument } from '../documents/document-archive.ts';

/** § 14b UStG and § 147 AO (since 2025), counted from the end of the year. */
const YEARS_KEPT = 8;
const WHY_KEPT = `Issued invoices and credit notes are kept for ${YEARS_KEPT} years (§ 14b UStG, § 147 AO; Art. 17(3)(b) GDPR)`;

/** Pure: what the law wants kept, each with until when. */
export const keptByLaw = (documents: readonly KeptDocument[]): Erasure['kept'] =>
  documents.map(({ orderId, number, issuedAt, kind, year = issuedAt.getUTCFullYear() }) => ({
    kind,
    number,
    orderId,
    until: `${year + YEARS_KEPT}-12-31`,
    why: WHY_KEPT,
  }));

/** Who else has something of it, by their own right or duty. */
export const ELSEWHERE: Erasure['elsewhere'] = [
  { where: 'Stripe', why: 'keeps its record of payments, which we know by an id only; its dashboard redacts it' },
  { where: 'the carrier', why: 'keeps whom it has delivered to, by its own terms' },
  { where: 'mailboxes and phones', why: 'have the messages that were sent' },
  { where: 'backups and logs', why: 'are gone once they are as old as you keep them' },
];
