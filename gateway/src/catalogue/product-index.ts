import type { CatalogueProduct } from '@orderflow/contracts';
import MiniSearch from 'minisearch';

/** What people search in. */
const FIELDS = ['name', 'category', 'sku', 'description'] as const;
const BOOST = { name: 4, category: 2, sku: 2 };

export type ProductIndex = ReturnType<typeof createProductIndex>;

/** Full text of the products: any order of words, beginnings of them, and small mistakes. */
export function createProductIndex() {
  const index = new MiniSearch<CatalogueProduct>({
    idField: 'sku',
    fields: [...FIELDS],
    processTerm: plain,
    searchOptions: { boost: BOOST, prefix: true, fuzzy: (term) => (term.length > 3 ? 0.2 : false), combineWith: 'AND' },
  });
  const known = new Map<string, CatalogueProduct>();

  return {
    /** Adds it, or takes it in place of the one that has its SKU. */
    put(product: CatalogueProduct): void {
      const before = known.get(product.sku);
      if (before && FIELDS.every((field) => before[field] === product[field])) return;
      known.set(product.sku, product);
      if (before) index.replace(product);
      else index.add(product);
    },

    drop(sku: string): void {
      if (known.delete(sku)) index.discard(sku);
    },

    /** How well each product matches, all words of the text. */
    match: (text: string): Map<string, number> => scores(index.search(text)),

    /** What comes close: any word of the text, with more mistakes. */
    nearest: (text: string): Map<string, number> => scores(index.search(text, { combineWith: 'OR', fuzzy: 0.4 })),
  };
}

const scores = (results: readonly { id: string; score: number }[]) =>
  new Map(results.map(({ id, score }) => [id, score]));

/** Letters without their marks, as people type them in a hurry. */
function plain(term: string): string {
  return term.normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss').toLowerCase();
}
