import type { Collection } from '@orderflow/emulator-control';
import type { z } from 'zod';
import { invalid } from './errors.ts';
import type { Ledger } from './ledger.ts';
import type { Intent } from './objects.ts';
import type * as params from './params.ts';

type Listed = { id: string; created: number };

/** A page of https://docs.stripe.com/api/pagination: newest first. Only what may be on it is looked at. */
export function page<T extends Listed>(
  url: string,
  collection: Collection<T>,
  given: z.output<typeof params.list>,
  wanted: (object: T) => boolean = () => true,
) {
  const newest = [...collection.newestFirst()];
  const at = (id: string, param: string) => {
    const index = newest.findIndex(([known]) => known === id);
    if (index < 0) throw invalid(`No such object: '${id}'`, { code: 'resource_missing', param });
    return index;
  };
  const start = given.starting_after ? at(given.starting_after, 'starting_after') + 1 : 0;
  const end = given.ending_before ? at(given.ending_before, 'ending_before') : undefined;
  const found: T[] = [];
  for (const [, document] of newest.slice(start, end)) {
    const object = document();
    if (object && within(object.created, given.created) && wanted(object)) found.push(object);
    if (end === undefined && found.length > given.limit) break;
  }
  const data = end === undefined ? found.slice(0, given.limit) : found.slice(-given.limit);
  return { object: 'list', data, has_more: found.length > given.limit, url };
}

function within(created: number, wanted: z.output<typeof params.list>['created']): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === 'number') return created === wanted;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = wanted;
  return created > gt && created >= gte && created < lt && created <= lte;
}

/** The part of https://docs.stripe.com/search that equality on metadata and a few fields needs, joined by AND. */
export function searchIntents(ledger: Ledger, given: z.output<typeof params.search>, lag: number) {
  const clauses = given.query.split(/\s+AND\s+/i).map(clause);
  const visible = Date.now() / 1000 - lag / 1000;
  const matches = ledger.intents
    .all()
    .filter((intent) => (lag === 0 || intent.created <= visible) && clauses.every((matching) => matching(intent)))
    .reverse();
  const start = given.page ? Number(given.page) : 0;
  const has_more = matches.length > start + given.limit;
  const next_page = has_more ? String(start + given.limit) : null;
  return {
    object: 'search_result',
    data: matches.slice(start, start + given.limit),
    has_more,
    next_page,
    url: '/v1/payment_intents/search',
  };
}

function clause(text: string): (intent: Intent) => boolean {
  const metadata = /^metadata\[(["'])(.+?)\1\]\s*:\s*(["'])(.*)\3$/.exec(text.trim());
  if (metadata) return (intent) => intent.metadata[metadata[2]!] === metadata[4]!.replace(/\\(.)/g, '$1');
  const field = /^(status|currency|customer|amount)\s*:\s*(["']?)(.*)\2$/.exec(text.trim());
  if (field) return (intent) => String(intent[field[1] as 'status']) === field[3];
  throw invalid(`We were unable to parse your search query: ${text}`, { param: 'query' });
}
