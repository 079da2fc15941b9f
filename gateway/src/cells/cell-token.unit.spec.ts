import { describe, expect, test } from 'vitest';
import type { Viewer } from '../access/viewer.ts';
import { createCellTokens } from './cell-token.ts';

const SECRET = 'a secret that all cells have alike';
const tokens = createCellTokens(SECRET);
const address = '203.0.113.7';
const orders = new Map([['an order', 'guest:1']]);

const session = { id: 's', userId: 'ada', expiresAt: new Date() };

describe('a gateway that is introduced to somebody', () => {
  test.each<[Viewer, Viewer]>([
    [{ role: 'anonymous' }, { role: 'anonymous' }],
    [
      { role: 'anonymous', session: 'ended' },
      { role: 'anonymous', session: 'ended' },
    ],
    [
      { role: 'guest', id: 'guest:1', orders, byCookie: { session: 'ended' } },
      { role: 'guest', id: 'guest:1', orders, byCookie: { session: 'ended' } },
    ],
    [
      { role: 'customer', id: 'ada', session, guestOrders: orders },
      { role: 'customer', id: 'ada', guestOrders: orders },
    ],
    [
      { role: 'staff', id: 'sam', session },
      { role: 'staff', id: 'sam' },
    ],
  ])('knows %j as the other did, but for the session', async (viewer, known) => {
    const token = await tokens.introduce({ from: 'eu-1', viewer, address }, 'us-1');
    expect(await tokens.read(token, 'us-1')).toEqual({ from: 'eu-1', viewer: known, address });
  });

  test('believes nobody who is meant for another region, has another secret or is no token', async () => {
    const staff = { from: 'eu-1', viewer: { role: 'staff', id: 'sam' }, address } as const;
    const forged = await createCellTokens('a secret of somebody else’s').introduce(staff, 'us-1');
    for (const token of [await tokens.introduce(staff, 'ap-1'), forged, 'nonsense']) {
      await expect(tokens.read(token, 'us-1')).rejects.toThrow('No other region of this shop has sent this');
    }
  });
});
