import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

/**
 * Resolves a name that several nodes share, beginning with the next of its addresses each time: Node tries the others where one
 * takes no connection, but one that accepts and stays silent would be the first again and again.
 * @param lookup as `dns.lookup`
 */
export function resolveInTurn(lookup: LookupFunction = dnsLookup as LookupFunction): LookupFunction {
  let turn = Math.floor(Math.random() * 1_000);
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found, family) => {
      if (error || typeof found === 'string') return done(error, found, family);
      turn += 1;
      const at = found.length === 0 ? 0 : turn % found.length;
      const inTurn = [...found.slice(at), ...found.slice(0, at)];
      if (options.all) return done(null, inTurn);
      const { address, family: its } = inTurn[0] as LookupAddress;
      return done(null, address, its);
    });
  };
}
