import { isDeepStrictEqual } from 'node:util';
import { isErasedContact, OrderErased, withoutParties, withoutPerson } from '@orderflow/contracts';
import { documentRef, documentRefOfWorker, factsOf, type RecordedEvent } from '../order-snapshot.ts';
import { type Finding, finding, type OrderCheck } from './check.ts';

/** The auditor does not know whose data it was; it knows what stands where it was. */
const erasedTellNobody: OrderCheck = {
  name: 'orders.erased-tell-nobody',
  area: 'orders',
  promise:
    'An order whose customer was erased has nobody’s name, address or contact, in any document or event on record.',
  always: false,
  examine: (snapshot) => {
    const asked = factsOf(snapshot, OrderErased);
    if (asked.length === 0 && !snapshot.order?.erased) return [];
    const ids = asked.map(({ id }) => id);
    const findings: Finding[] = [];
    for (const key of ['order', 'shipment', 'correspondence'] as const) {
      const contact = snapshot[key]?.contact;
      if (contact === undefined || isErasedContact(contact)) continue;
      findings.push(finding('The order was erased, and this tells whose it was', [documentRef(snapshot, key)], ids));
    }
    for (const event of snapshot.events.values()) {
      if (!tellsOfPerson(event)) continue;
      const documents = [documentRefOfWorker(snapshot, event.source.slice(1))];
      findings.push(finding(`The order was erased, and ${event.type} tells whose it was`, documents, [event.id]));
    }
    return findings;
  },
};

const tellsOfPerson = ({ data }: RecordedEvent): boolean =>
  data !== undefined && !isDeepStrictEqual(withoutParties(withoutPerson(data)), data);

export const erasureChecks: readonly OrderCheck[] = [erasedTellNobody];
