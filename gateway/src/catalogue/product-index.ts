import type { CatalogueProduct } from '@orderflow/contracts';
import MiniSearch from 'minisearch';

/** What people search in. */
const FIELDS = ['name', 'category', 'sku', 'description'] as const;
const BOOST = { name: 4, category: 2, sku: 2 };

/** How well products match, by SKU; the others do not. */
export type Scores = ReadonlyMap<string, number>;

export type ProductIndex = ReturnType<typeof createProductIndex>;

/** Words that are in every text say nothing about any, in the languages that we write in. */
const FILLERS = new Set(
  'a an and at for in is it no of on or the to with das dem den der die ein eine für im in ist mit oder und von zu'.split(
    ' ',
  ),
);
/** Texts are searched for again with every page and filter. */
const MAX_REMEMBERED = 200;

/** Full text of the products: any order of words, beginnings of them, and, where nothing has these, small mistakes. */
export function createProductIndex() {
  const index = new MiniSearch<CatalogueProduct>({
    idField: 'sku',
    fields: [...FIELDS],
    processTerm: (term) => termOf(term),
    searchOptions: { boost: BOOST, prefix: (term) => term.length > 1, combineWith: 'AND' },
  });
  const known = new Map<string, CatalogueProduct>();
  const remembered = new Map<string, Scores>();

  const remember = (query: string, search: () => readonly { id: string; score: number }[]): Scores => {
    const before = remembered.get(query);
    if (before) return before;
    const scores = new Map(search().map(({ id, score }) => [id, score]));
    if (remembered.size >= MAX_REMEMBERED) remembered.delete(remembered.keys().next().value as string);
    remembered.set(query, scores);
    return scores;
  };

  return {
    /** Adds it, or takes it in place of the one that has its SKU. */
    put(product: CatalogueProduct): void {
      const before = known.get(product.sku);
      if (before && FIELDS.every((field) => before[field] === product[field])) return;
      known.set(product.sku, product);
      remembered.clear();
      if (before) index.replace(product);
      else index.add(product);
    },

    drop(sku: string): void {
      if (!known.delete(sku)) return;
      remembered.clear();
      index.discard(sku);
    },

    /** How well each product matches, all words of the text. */
    match: (text: string): Scores =>
      remember(`match ${text}`, () => {
        const results = index.search(text);
        return results.length > 0 ? results : index.search(text, { fuzzy: mistakes });
      }),

    /** What comes close: any word of the text, with more mistakes. */
    nearest: (text: string): Scores =>
      remember(`nearest ${text}`, () => index.search(text, { combineWith: 'OR', fuzzy: 0.4 })),
  };
}

/** One in five letters may be wrong. */
const mistakes = (term: string): number | false => (term.length > 3 ? 0.2 : false);

/** A word without the marks of its letters, as people type it in a hurry; null: it does not count. */
function termOf(term: string): string | null {
  const lower = term.toLowerCase();
  if (FILLERS.has(lower)) return null;
  return lower.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss');
}
