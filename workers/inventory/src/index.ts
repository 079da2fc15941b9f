export { inventoryParts } from './parts.ts';
export { readSeed } from './seed.ts';
export { type StockAnnouncer, type StockAnnouncerOptions, startStockAnnouncer } from './stock-announcer.ts';
export type { StockDocument } from './stock-document.ts';
export { type Stock, stockStore } from './stock-store.ts';
export type { OpeningStock } from './stock-write.ts';
export { inventory } from './worker.ts';
