import type { OrderReturn, ReturnCreated, ReturnFailed, ReturnReceived } from '@orderflow/contracts';
import { flag } from '../orders/order-attention.ts';
import type { OrderState } from '../orders/order-state.ts';
import type { Decide } from './order-change.ts';

/** How far a return has come. What has arrived did not fail. */
const RANK: Readonly<Record<OrderReturn['status'], number>> = { requested: 0, created: 1, failed: 2, received: 3 };

export const decideReturnCreated: Decide<typeof ReturnCreated> = (order, data) => {
  const { returnId, carrier, trackingNumber: number, trackingUrl: url } = data;
  return {
    text: `${carrier} will bring your return back to us; its tracking number is ${number}`,
    change: { returns: withReturn(order, returnId, 'created', { tracking: { carrier, number, url } }) },
  };
};

export const decideReturnReceived: Decide<typeof ReturnReceived> = (order, { returnId, warehouse }) => ({
  text: `Your return has arrived at our warehouse in ${warehouse}`,
  change: { returns: withReturn(order, returnId, 'received', { warehouse }) },
});

/** The customer has sent something and got nothing for it: staff decide what they get, unless it turns up. */
export const decideReturnFailed: Decide<typeof ReturnFailed> = (order, { returnId, reason }) => {
  const failed = `A return failed: ${reason}`;
  return {
    text: `Your return did not reach us: ${reason}`,
    change: {
      returns: withReturn(order, returnId, 'failed'),
      ...flag(order, { kind: 'return', cause: returnId, text: failed }),
    },
  };
};

/** A return is on the order before its first fact is said. */
const withReturn = (
  { returns }: OrderState,
  returnId: string,
  status: OrderReturn['status'],
  news?: Pick<OrderReturn, 'tracking' | 'warehouse'>,
): OrderReturn[] =>
  returns.map((known) =>
    known.returnId === returnId
      ? { ...known, ...news, status: RANK[status] > RANK[known.status] ? status : known.status }
      : known,
  );
