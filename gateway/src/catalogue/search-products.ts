import type { CatalogSearch, CatalogSearchInput, CatalogueProduct } from '@orderflow/contracts';
import { money } from '@orderflow/contracts';
import { DomainError } from '../platform/domain-error.ts';
import type { CatalogueCopy } from './catalogue-search.ts';
import type { Scores } from './product-index.ts';
import { SHOP_CURRENCY } from './rates.ts';

/** What was found: products as they are in the copy, without prices. */
export type Found = Omit<CatalogSearch, 'products'> & { products: readonly CatalogueProduct[] };

/** @param taxBasisPoints of the country whose prices count */
type Criteria = Omit<CatalogSearchInput, 'country'> & { readonly taxBasisPoints: number };

interface Candidate {
  readonly product: CatalogueProduct;
  /** Of one, in minor units. */
  readonly gross: number;
  readonly score: number;
  /** Its place by name. */
  readonly place: number;
}

/** More than these come close to nothing. */
const MAX_NEAREST = 12;
const MAX_UNREADABLE = 100;

/** Pure: one page of what matches, with what each other choice would come to. */
export function searchProducts(copy: CatalogueCopy, input: Criteria): Found {
  const candidates = candidatesOf(copy, input, input.text ? copy.index.match(input.text) : undefined);
  const { matches, facets } = sifted(candidates, input);
  const unreadable = copy.unreadable.slice(0, MAX_UNREADABLE);
  if (matches.length === 0) {
    const products = nearestOf(copy, input, candidates);
    return { products, total: products.length, nearest: true, facets, unreadable };
  }
  const sorted = matches.sort(orderOf(input.sort));
  const { page, nextCursor } = pageOf(sorted, input);
  const products = page.map(({ product }) => product);
  const more = nextCursor === undefined ? {} : { nextCursor };
  return { products, ...more, total: sorted.length, nearest: false, facets, unreadable };
}

/** @param scores of those that count; all do unless told */
function candidatesOf(copy: CatalogueCopy, input: Criteria, scores?: Scores): Candidate[] {
  const grosses = copy.grossOf(input.taxBasisPoints);
  const places = copy.placeByName(input.locale ?? 'en');
  const candidates: Candidate[] = [];
  for (const [index, product] of copy.products.entries()) {
    const score = scores ? scores.get(product.sku) : 0;
    if (score === undefined) continue;
    candidates.push({ product, score, gross: grosses[index] ?? 0, place: places[index] ?? 0 });
  }
  return candidates;
}

/** What comes closest: the text without the filters, then what looks like it, then the category, then anything. */
function nearestOf(copy: CatalogueCopy, input: Criteria, matched: readonly Candidate[]): CatalogueProduct[] {
  const { text, category } = input;
  const attempts: (() => readonly Candidate[])[] = [
    () => (text ? matched : []),
    () => (text ? candidatesOf(copy, input, copy.index.nearest(text)) : []),
    () => candidatesOf(copy, input).filter(({ product }) => product.category === category),
    () => candidatesOf(copy, input),
  ];
  for (const attempt of attempts) {
    const some = attempt();
    if (some.length === 0) continue;
    return [...some]
      .sort(orderOf('relevance'))
      .slice(0, MAX_NEAREST)
      .map(({ product }) => product);
  }
  return [];
}

/** What fits all filters; each facet counts what its own choice would come to, so without its own filter. */
function sifted(candidates: readonly Candidate[], input: Criteria) {
  const { category, inStock = false, minPrice = 0, maxPrice = Number.POSITIVE_INFINITY } = input;
  const matches: Candidate[] = [];
  const counts = new Map<string, number>();
  let [min, max, here] = [Number.POSITIVE_INFINITY, 0, 0];
  for (const candidate of candidates) {
    const { product, gross } = candidate;
    const isHere = product.available > 0;
    const fitsCategory = category === undefined || product.category === category;
    const fitsStock = !inStock || isHere;
    const fitsPrice = gross >= minPrice && gross <= maxPrice;
    if (fitsStock && fitsPrice) counts.set(product.category, (counts.get(product.category) ?? 0) + 1);
    if (fitsCategory && fitsPrice && isHere) here += 1;
    if (fitsCategory && fitsStock) {
      min = Math.min(min, gross);
      max = Math.max(max, gross);
      if (fitsPrice) matches.push(candidate);
    }
  }
  const categories = [...counts].map(([category, count]) => ({ category, count }));
  categories.sort((a, b) => b.count - a.count || (a.category < b.category ? -1 : 1));
  const price = max >= min ? { price: { min: money(min, SHOP_CURRENCY), max: money(max, SHOP_CURRENCY) } } : {};
  return { matches, facets: { categories, ...price, inStock: here } };
}

/** A total order, so that pages fit together; what can be had comes first where nothing else was asked for. */
function orderOf(sort: Criteria['sort']): (a: Candidate, b: Candidate) => number {
  const soldOut = ({ product }: Candidate) => Number(product.available === 0);
  switch (sort) {
    case 'price_asc':
      return (a, b) => a.gross - b.gross || a.place - b.place;
    case 'price_desc':
      return (a, b) => b.gross - a.gross || a.place - b.place;
    case 'name':
      return (a, b) => a.place - b.place;
    case 'newest':
      return (a, b) => addedAt(b) - addedAt(a) || a.place - b.place;
    case 'relevance':
      return (a, b) => b.score - a.score || soldOut(a) - soldOut(b) || a.place - b.place;
    default:
      return sort satisfies never;
  }
}

/** Products of versions before came first. */
const addedAt = ({ product }: Candidate): number => (product.addedAt === undefined ? 0 : Date.parse(product.addedAt));

/** A page goes on behind the last product of the one before, or where that was if it is gone. */
function pageOf(sorted: readonly Candidate[], { cursor, limit }: Criteria) {
  const from = cursor === undefined ? 0 : startOf(sorted, cursor);
  const page = sorted.slice(from, from + limit);
  const last = page.at(-1);
  const isMore = last !== undefined && sorted.length > from + limit;
  return { page, nextCursor: isMore ? `${from + limit}.${last.product.sku}` : undefined };
}

function startOf(sorted: readonly Candidate[], cursor: string): number {
  const [, place, sku] = /^(\d{1,9})\.(\S+)$/.exec(cursor) ?? [];
  if (place === undefined) throw new DomainError('INVALID_INPUT', 'cursor must be a nextCursor', { field: 'cursor' });
  const index = sorted.findIndex(({ product }) => product.sku === sku);
  return index === -1 ? Number(place) : index + 1;
}
