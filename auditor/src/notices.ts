import type { Xray } from '@orderflow/contracts';
import type { OrderSnapshot } from './order-snapshot.ts';

interface Key {
  readonly kind: string;
  readonly channel: string;
  readonly occasion?: string | undefined;
  readonly again?: number | undefined;
}

/** `<kind>[.<occasion>][.again-<address>]:<channel>`: what distinguishes an order's messages. */
export const nameOfNotice = ({ kind, occasion, again, channel }: Key): string =>
  `${[kind, ...(occasion === undefined ? [] : [occasion]), ...(again === undefined ? [] : [`again-${again}`])].join('.')}:${channel}`;

/** The name of a message in the ledger: its id without the order's. */
export const nameOfSend = (_id: string): string => _id.slice(_id.indexOf(':') + 1);

/** Every message to the customer: done, waiting, or in the ledger only. */
export function noticesOf({ correspondence, sends }: OrderSnapshot): Xray['notifications'] {
  const { notices = [], waiting = [] } = correspondence ?? {};
  const done = notices.map(({ kind, channel, occasion, outcome, providerId, at, tracked }) => ({
    kind,
    channel,
    ...(occasion === undefined ? {} : { occasion }),
    state: tracked?.status ?? outcome ?? 'unknown',
    ...(providerId === undefined ? {} : { providerId }),
    ...(at === undefined ? {} : { at }),
  }));
  const queued = waiting.map(({ notice: { kind, occasion }, until }) => ({
    kind,
    channel: 'sms',
    ...(occasion === undefined ? {} : { occasion }),
    state: until === undefined ? 'waiting' : `waiting until ${until}`,
  }));
  const known = new Set([...notices, ...queued].map(nameOfNotice));
  const ledger = sends
    .filter(({ _id }) => !known.has(nameOfSend(_id)))
    .map(({ _id, state, at }) => {
      const [name = '', channel = ''] = nameOfSend(_id).split(':');
      const [kind = '', occasion] = name.split('.');
      const when = at === undefined ? {} : { at: at.toISOString() };
      return { kind, channel, ...(occasion === undefined ? {} : { occasion }), state, ...when };
    });
  return [...done, ...queued, ...ledger];
}
