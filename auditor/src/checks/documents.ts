import {
  InvoiceCorrected,
  InvoiceIssued,
  PaymentCaptured,
  PaymentRefunded,
  type Violation,
} from '@orderflow/contracts';
import type { IssuedDocument } from '../documents.ts';
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

/** By series, up to which number an audit has counted it without a finding. */
export type CountedSeries = Map<string, number>;

/**
 * Numbers that begin with one and are as many as the last one says have no gap and none twice.
 * @param counted before, which is believed; what has been counted is added
 */
export async function seriesViolations(
  { documents }: Pick<Collections, 'documents'>,
  counted: CountedSeries = new Map(),
): Promise<SeriesAudit> {
  const violations: Violation[] = [];
  let examined = 0;
  for await (const { seller, kind, year } of seriesIn(documents)) {
    const series = { seller, kind, year };
    const key = JSON.stringify([seller, kind, year]);
    // The last first: one that is issued meanwhile makes more than it says, and never less.
    const last = await documents.findOne(
      { ...series, serial: { $exists: true } },
      { sort: { serial: -1 }, projection: { serial: 1 } },
    );
    if (last?.serial === undefined) continue;
    examined += 1;
    const known = counted.get(key) ?? 0;
    // A store that was restored may have fewer than were counted.
    const before = known <= last.serial ? known : 0;
    const count = before + (await documents.countDocuments({ ...series, serial: { $gt: before, $lte: last.serial } }));
    counted.delete(key);
    if (count === last.serial) {
      counted.set(key, last.serial);
      continue;
    }
    const message = `${seller} has ${count} documents (${kind}) in ${year}, and the last has number ${last.serial}`;
    const { name: check, area } = SERIES_CHECK;
    violations.push({ check, area, message, documents: [`documents/${last._id}`], events: [] });
  }
  return { violations, examined };
}

type Series = Required<Pick<IssuedDocument, 'seller' | 'kind' | 'year'>>;
const SERIES = ['seller', 'kind', 'year'] as const;

/** Each series once, by the index of the series: from one to the next, whatever is in them. */
async function* seriesIn(documents: Collections['documents']): AsyncGenerator<Series> {
  const first = (filter: object, by: readonly string[]) =>
    documents.findOne<Series>({ ...filter, serial: { $exists: true } } as never, {
      sort: Object.fromEntries([...by, 'serial'].map((field) => [field, 1])),
      projection: Object.fromEntries(SERIES.map((field) => [field, 1])),
    });
  /** The next year of this kind, else the next kind of this seller, else the next seller. */
  const after = async ({ seller, kind, year }: Series) =>
    (await first({ seller, kind, year: { $gt: year } }, ['year'])) ??
    (await first({ seller, kind: { $gt: kind } }, ['kind', 'year'])) ??
    (await first({ seller: { $gt: seller } }, SERIES));
  for (let at = await first({ seller: { $gt: '' } }, SERIES); at; at = await after(at)) yield at;
}
