import {
  type CatalogSearch,
  type CatalogSearchInput,
  type CatalogueProduct,
  type Locale,
  money,
} from '@orderflow/contracts';
import { DomainError } from '../platform/domain-error.ts';
import type { CatalogueCopy } from './catalogue-search.ts';
import { SHOP_CURRENCY } from './rates.ts';

/** What was found: products as they are in the copy, without prices. */
export type Found = Omit<CatalogSearch, 'products'> & { products: readonly CatalogueProduct[] };

type Criteria = Omit<CatalogSearchInput, 'country'>;
type Scores = ReadonlyMap<string, number>;

interface Candidate {
  readonly product: CatalogueProduct;
  /** Of one, in minor units. */
  readonly gross: number;
  readonly score: number;
}

/** More than these come close to nothing. */
const MAX_NEAREST = 12;
const MAX_UNREADABLE = 100;

/**
 * Pure: one page of what matches, with what each other choice would come to.
 * @param grossOf what one costs with tax, in minor units
 */
export function searchProducts(
  { products, unreadable, index }: CatalogueCopy,
  input: Criteria,
  grossOf: (product: CatalogueProduct) => number,
): Found {
  const candidatesOf = (scores: Scores | undefined): Candidate[] =>
    products.flatMap((product) => {
      const score = scores ? scores.get(product.sku) : 0;
      return score === undefined ? [] : [{ product, gross: grossOf(product), score }];
    });
  const scores = input.text ? index.match(input.text) : undefined;
  const candidates = candidatesOf(scores);
  const matches = candidates.filter(matching(input));
  const facets = facetsOf(candidates, input);
  const named = unreadable.slice(0, MAX_UNREADABLE);
  if (matches.length > 0) {
    const sorted = matches.sort(orderOf(input));
    const { page, nextCursor } = pageOf(sorted, input);
    const shown = page.map(({ product }) => product);
    return {
      products: shown,
      ...(nextCursor && { nextCursor }),
      total: sorted.length,
      nearest: false,
      facets,
      unreadable: named,
    };
  }
  const nearest = nearestOf(candidatesOf, candidates, input, index);
  return { products: nearest, total: nearest.length, nearest: true, facets, unreadable: named };
}

/** What comes closest: the text without the filters, then what looks like it, then the category, then anything. */
function nearestOf(
  candidatesOf: (scores: Scores | undefined) => Candidate[],
  matched: readonly Candidate[],
  { text, category, locale }: Criteria,
  index: CatalogueCopy['index'],
): CatalogueProduct[] {
  const attempts: (() => readonly Candidate[])[] = [
    () => (text ? matched : []),
    () => (text ? candidatesOf(index.nearest(text)) : []),
    () => candidatesOf(undefined).filter(({ product }) => product.category === category),
    () => candidatesOf(undefined),
  ];
  const found = attempts.map((attempt) => attempt()).find((some) => some.length > 0) ?? [];
  const sorted = [...found].sort(orderOf({ sort: 'relevance', locale }));
  return sorted.slice(0, MAX_NEAREST).map(({ product }) => product);
}

type Filter = 'category' | 'inStock' | 'price';

/** @param without what is not asked for: a facet counts what its own choice would come to */
function matching(input: Criteria, without?: Filter): (candidate: Candidate) => boolean {
  const { category, inStock, minPrice = 0, maxPrice = Number.POSITIVE_INFINITY } = input;
  return ({ product, gross }) =>
    (without === 'category' || category === undefined || product.category === category) &&
    (without === 'inStock' || !inStock || product.available > 0) &&
    (without === 'price' || (gross >= minPrice && gross <= maxPrice));
}

function facetsOf(candidates: readonly Candidate[], input: Criteria): CatalogSearch['facets'] {
  const counts = new Map<string, number>();
  for (const { product } of candidates.filter(matching(input, 'category'))) {
    counts.set(product.category, (counts.get(product.category) ?? 0) + 1);
  }
  const categories = [...counts].map(([category, count]) => ({ category, count }));
  categories.sort((a, b) => b.count - a.count || (a.category < b.category ? -1 : 1));
  let [min, max] = [Number.POSITIVE_INFINITY, 0];
  for (const { gross } of candidates.filter(matching(input, 'price'))) {
    min = Math.min(min, gross);
    max = Math.max(max, gross);
  }
  const price = max >= min ? { price: { min: money(min, SHOP_CURRENCY), max: money(max, SHOP_CURRENCY) } } : {};
  const isThere = ({ product }: Candidate) => product.available > 0;
  return { categories, ...price, inStock: candidates.filter(matching(input, 'inStock')).filter(isThere).length };
}

const collators = new Map<Locale, Intl.Collator>();
function collatorOf(locale: Locale): Intl.Collator {
  const known = collators.get(locale) ?? new Intl.Collator(locale, { numeric: true });
  collators.set(locale, known);
  return known;
}

/** A total order, so that pages fit together; what can be had comes first where nothing else was asked for. */
function orderOf({ sort, locale = 'en' }: Pick<Criteria, 'sort' | 'locale'>): (a: Candidate, b: Candidate) => number {
  const bySku = (a: Candidate, b: Candidate) => (a.product.sku < b.product.sku ? -1 : 1);
  const collator = collatorOf(locale);
  const byName = (a: Candidate, b: Candidate) => collator.compare(a.product.name, b.product.name) || bySku(a, b);
  const soldOut = ({ product }: Candidate) => Number(product.available === 0);
  switch (sort) {
    case 'price_asc':
      return (a, b) => a.gross - b.gross || byName(a, b);
    case 'price_desc':
      return (a, b) => b.gross - a.gross || byName(a, b);
    case 'name':
      return byName;
    case 'newest':
    case 'relevance':
      return (a, b) => b.score - a.score || soldOut(a) - soldOut(b) || bySku(a, b);
    default:
      return sort satisfies never;
  }
}

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
