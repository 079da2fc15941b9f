import { describe, expect, test } from 'vitest';
import { createBuyerKeys, networkOf } from './buyer.ts';

const keysOf = createBuyerKeys('a secret of the shop, long enough for it');

describe('an address', () => {
  test.each([
    ['IPv4', '192.0.2.7', '192.0.2.7'],
    ['IPv4 in IPv6', '::ffff:192.0.2.7', '192.0.2.7'],
    ['IPv6', '2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2::/64'],
    ['IPv6 of the same network', '2001:0db8:1:2::1', '2001:db8:1:2::/64'],
    ['IPv6 with zeros in its network', '2001:db8::1', '2001:db8:0:0::/64'],
    ['IPv6 with a zone', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['IPv6 of the machine itself', '::1', '0:0:0:0::/64'],
    ['no address', 'unknown', 'unknown'],
  ])('is counted by its network: %s', (_, address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

test('a buyer is known by address, mailbox and account, and the keys tell none of them', () => {
  const keys = keysOf({ address: '192.0.2.7', email: 'ada@example.com', customerId: 'alice' });
  expect(keys.map((key) => key.replace(/:.{22}$/, ''))).toEqual(['address', 'mailbox', 'customer']);
  expect(keys.join()).not.toMatch(/192|ada|alice/);
  const other = createBuyerKeys('another secret of another shop, as long')({ address: '192.0.2.7' });
  expect(other[0]).not.toBe(keys[0]);
});

test('a guest has no account', () => {
  expect(keysOf({ email: 'ada@example.com', customerId: 'guest:0123' })).toHaveLength(1);
});
