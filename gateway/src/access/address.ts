import ipaddr from 'ipaddr.js';

const SUBSCRIBER_BITS = 64;
/** What a proxy writes that is no address: all of it is one, so that nobody becomes many by it. */
const UNKNOWN = 'unknown';

/**
 * Who an address stands for, to count by: an IPv4 address, or the /64 of an IPv6 address, since whoever has one of these
 * has all of it (RFC 6177). Ports, zones and brackets, as proxies write them into X-Forwarded-For, make no difference.
 */
export function sourceOfAddress(address: string | undefined): string {
  const [, bracketed] = /^\[([^\]]*)\](?::\d+)?$/.exec(address ?? '') ?? [];
  const [, withPort] = /^([\d.]+):\d+$/.exec(address ?? '') ?? [];
  const bare = (bracketed ?? withPort ?? address ?? '').trim();
  if (!ipaddr.isValid(bare)) return UNKNOWN;
  // `process` makes an IPv4 address of an IPv4-mapped one.
  const parsed = ipaddr.process(bare.replace(/%.*$/, ''));
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toNormalizedString()}/${SUBSCRIBER_BITS}`)}/${SUBSCRIBER_BITS}`;
}
