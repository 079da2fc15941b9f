import { expect, test } from 'vitest';
import { sourceOfAddress } from './address.ts';

test.each([
  ['an IPv4 address', '203.0.113.7', '203.0.113.7'],
  ['one with a port', '203.0.113.7:51234', '203.0.113.7'],
  ['one with another port', '203.0.113.7:1', '203.0.113.7'],
  ['one mapped into IPv6', '::ffff:203.0.113.7', '203.0.113.7'],
  ['one mapped into IPv6, with a port', '[::ffff:203.0.113.7]:443', '203.0.113.7'],
  ['an IPv6 address', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['another of the same /64', '2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
  ['another of the same /64, with a port', '[2001:DB8:1:2::9]:8080', '2001:db8:1:2::/64'],
  ['one with a zone', 'fe80::1%eth0', 'fe80::/64'],
  ['one of another /64', '2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['no address', 'localhost', 'unknown'],
  ['another that is none', '_hidden', 'unknown'],
  ['nothing', undefined, 'unknown'],
])('%s counts as who has it', (_, address, source) => {
  expect(sourceOfAddress(address)).toBe(source);
});
