import type { Model } from 'mongoose';
import type { StockDocument } from './stock-document.ts';

/** A SKU over all its warehouses. */
export interface SkuLevel {
  readonly sku: string;
  readonly onHand: number;
  readonly held: number;
  readonly available: number;
  /** The sum of its documents' versions: rises with every change of any. */
  readonly version: number;
  readonly warehouses: readonly Pick<StockDocument, 'warehouse' | 'onHand' | 'held' | 'available'>[];
  /** The version of each document it was read from. */
  readonly documents: Readonly<Record<string, number>>;
}

export interface StockLevels {
  levels(skus: readonly string[]): Promise<SkuLevel[]>;
  /** SKUs of which something wasn't announced: of those given, or of any. */
  unannounced(skus?: readonly string[]): Promise<SkuLevel[]>;
  /**
   * Marks these levels as announced. A SKU of which any document has moved since is not marked but returned: its
   * documents may have been read at different moments, and then the level announced was never true.
   */
  markAnnounced(levels: readonly SkuLevel[]): Promise<string[]>;
}

/** So many documents `unannounced` looks at. */
export const UNANNOUNCED_BATCH = 500;
const counts = { sku: 1, warehouse: 1, onHand: 1, held: 1, available: 1, version: 1 } as const;

export function stockLevels(model: Model<StockDocument>): StockLevels {
  const levels: StockLevels['levels'] = async (skus) => {
    const found = await model.find({ sku: { $in: skus } }, counts).lean<StockDocument[]>();
    return [...Map.groupBy(found, ({ sku }) => sku)].map(([sku, documents]) => ({
      sku,
      onHand: sum(documents, 'onHand'),
      held: sum(documents, 'held'),
      available: sum(documents, 'available'),
      version: sum(documents, 'version'),
      warehouses: documents
        .map(({ warehouse, onHand, held, available }) => ({ warehouse, onHand, held, available }))
        .toSorted((a, b) => a.warehouse.localeCompare(b.warehouse)),
      documents: Object.fromEntries(documents.map(({ _id, version }) => [_id, version])),
    }));
  };

  return {
    levels,

    unannounced: async (skus) => {
      const filter = { ...(skus ? { sku: { $in: skus } } : {}), unannounced: true };
      const marked = await model
        .find(filter as never, { sku: 1 })
        .limit(UNANNOUNCED_BATCH)
        .lean<StockDocument[]>();
      const changed = new Set(marked.map(({ sku }) => sku));
      return changed.size > 0 ? levels([...changed]) : [];
    },

    markAnnounced: async (announced) => {
      if (announced.length === 0) return [];
      const now = await levels(announced.map(({ sku }) => sku));
      const versions = new Map(now.map(({ sku, version }) => [sku, version]));
      const moved = announced.filter(({ sku, version }) => versions.get(sku) !== version);
      const marks = announced
        .filter((level) => !moved.includes(level))
        .flatMap(({ documents }) => Object.entries(documents))
        .map(([_id, version]) => ({
          updateOne: { filter: { _id, version }, update: { $unset: { unannounced: 1 as const } } },
        }));
      if (marks.length > 0) await model.bulkWrite(marks, { ordered: false });
      return moved.map(({ sku }) => sku);
    },
  };
}

const sum = (documents: readonly StockDocument[], name: 'onHand' | 'held' | 'available' | 'version'): number =>
  documents.reduce((total, one) => total + one[name], 0);
