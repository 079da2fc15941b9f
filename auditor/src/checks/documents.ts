import {
  InvoiceCorrected,
  InvoiceIssued,
  PaymentCaptured,
  PaymentRefunded,
  type Violation,
} from '@orderflow/contracts';
import { documentRef, factsOf, type OrderSnapshot } from '../order-snapshot.ts';
import type { Collections } from '../sources.ts';
import { type Finding, finding, type OrderCheck } from './check.ts';

/** Whose numbers they are is in them: two orders with one number are found by the series. */
const oneDocumentEach: OrderCheck = {
  name: 'documents.one-for-each-charge',
  area: 'money',
  promise: 'Each order that was charged has exactly one invoice, each refund exactly one credit note.',
  always: false,
  examine: (snapshot, { heardSince }) => {
    // What was charged before documents were issued has no event; nobody waits for one.
    const since = heardSince('notification', InvoiceIssued.type);
    const handled = ({ id, time }: { readonly id: string; readonly time: string }) =>
      snapshot.order?.handled?.[id] !== undefined && (since === undefined || Date.parse(time) >= since.getTime());
    const charged = factsOf(snapshot, PaymentCaptured).filter(handled);
    const invoices = factsOf(snapshot, InvoiceIssued);
    const credited = factsOf(snapshot, InvoiceCorrected);
    const gone = new Set(
      (snapshot.order?.refunds ?? []).flatMap(({ refundId, status }) => (status === 'failed' ? [refundId] : [])),
    );
    return [
      ...(charged.length > 0 || invoices.length > 1 ? onlyOne(snapshot, 'invoice', charged, invoices) : []),
      ...factsOf(snapshot, PaymentRefunded)
        .filter((event) => handled(event) && !gone.has(event.data.refundId))
        .flatMap((event) => {
          const its = credited.filter(({ data }) => data.refundId === event.data.refundId);
          return onlyOne(snapshot, `credit note of refund ${event.data.refundId}`, [event], its);
        }),
    ];
  },
};

type Issued = { readonly id: string; readonly data: { readonly document: { readonly number: string } } };

function onlyOne(
  snapshot: OrderSnapshot,
  what: string,
  because: readonly { readonly id: string }[],
  issued: readonly Issued[],
): Finding[] {
  const numbers = [...new Set(issued.map(({ data }) => data.document.number))];
  if (numbers.length === 1) return [];
  const found = numbers.length === 0 ? `There is no ${what}` : `There are several of: ${what} (${numbers.join(', ')})`;
  return [
    finding(
      found,
      [documentRef(snapshot, 'order')],
      [...because, ...issued].map(({ id }) => id),
    ),
  ];
}

export const documentChecks: readonly OrderCheck[] = [oneDocumentEach];

/** The check of all documents together. */
export const SERIES_CHECK = {
  name: 'documents.numbers-have-no-gaps',
  area: 'money',
  promise: 'The numbers of invoices and of credit notes count up from one, without gaps, each year of each seller.',
} as const;

export interface SeriesAudit {
  readonly violations: Violation[];
  /** How many series there are. */
  readonly examined: number;
}

/** Numbers that begin with one and are as many as the last one says have no gap and none twice. */
export async function seriesViolations({ documents }: Pick<Collections, 'documents'>): Promise<SeriesAudit> {
  const [sellers, kinds, years] = await Promise.all(
    ['seller', 'kind', 'year'].map((field) => documents.distinct(field)),
  );
  const violations: Violation[] = [];
  let examined = 0;
  for (const seller of sellers ?? []) {
    for (const kind of kinds ?? []) {
      for (const year of years ?? []) {
        const series = { seller, kind, year };
        // The last first: one that is issued meanwhile makes more than it says, and never less.
        const last = await documents.findOne(
          { ...series, serial: { $exists: true } },
          { sort: { serial: -1 }, projection: { serial: 1 } },
        );
        if (last?.serial === undefined) continue;
        examined += 1;
        const count = await documents.countDocuments({ ...series, serial: { $gte: 1, $lte: last.serial } });
        if (count === last.serial) continue;
        const message = `${seller} has ${count} documents (${kind}) in ${year}, and the last has number ${last.serial}`;
        const { name: check, area } = SERIES_CHECK;
        violations.push({ check, area, message, documents: [`documents/${last._id}`], events: [] });
      }
    }
  }
  return { violations, examined };
}
