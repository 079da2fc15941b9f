import { v5 as uuidv5 } from 'uuid';

/** The namespace of refund ids that follow from the order itself. */
const REFUND_IDS = '5c0d1e0e-6a52-4f6b-9d0f-7f3f0a1c9a44';

/** The same name is always the same id: a UUIDv5 (RFC 9562, section 5.5). */
export const refundIdFor = (name: string): string => uuidv5(name, REFUND_IDS);
