import type { OrderDocument, PaymentDocument } from '../documents.ts';
import { documentRef } from '../order-snapshot.ts';
import { finding, type OrderCheck } from './check.ts';

/** What payment would capture: what the order costs since it was edited, of what was authorised. */
const toCapture = ({ amount, edited }: PaymentDocument): number | undefined =>
  amount && Math.min(amount.amount, edited?.total.amount ?? amount.amount);

const editsLowerTheCharge: OrderCheck = {
  name: 'money.edits-lower-the-charge',
  area: 'money',
  promise: 'Of an order that was edited before it was charged, payment is to capture its new total.',
  always: false,
  examine: (snapshot) => {
    const { order, payment } = snapshot;
    if (!order || payment?.status !== 'authorized' || !isEdited(order)) return [];
    const charge = toCapture(payment);
    if (charge === order.total.amount) return [];
    const message = `costs ${order.total.amount} since it was edited, and payment is to capture ${charge}`;
    return [finding(message, [documentRef(snapshot, 'order'), documentRef(snapshot, 'payment')])];
  },
};

const isEdited = ({ edits = [] }: OrderDocument): boolean => edits.some(({ status }) => status === 'done');

const editsAreAnswered: OrderCheck = {
  name: 'orders.edits-are-answered',
  area: 'orders',
  promise: 'Every edit that was asked for was carried out or refused.',
  always: false,
  examine: (snapshot) =>
    (snapshot.order?.edits ?? [])
      .filter(({ status }) => status === 'requested')
      .map(({ editId }) =>
        finding(`edit ${editId} was asked for, and nobody answered`, [
          documentRef(snapshot, 'order'),
          documentRef(snapshot, 'shipment'),
        ]),
      ),
};

export const editChecks: readonly OrderCheck[] = [editsLowerTheCharge, editsAreAnswered];
