import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PLENTY = 1_000_000;
const CATALOGUE = join(import.meta.dirname, '../../gateway/seed/catalogue.json');

/** The catalogue with stock for all, as a file in this folder. */
export function wellStocked(folder: string): { skus: string[]; file: string } {
  const products = JSON.parse(readFileSync(CATALOGUE, 'utf8')) as { sku: string }[];
  const catalogue = join(folder, 'catalogue.json');
  writeFileSync(catalogue, JSON.stringify(products.map((product) => ({ ...product, stock: PLENTY }))));
  return { skus: products.map(({ sku }) => sku), file: catalogue };
}
