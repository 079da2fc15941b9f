import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.ts';

const PLENTY = 1_000_000;

/**
 * The catalogue with so much of everything that no order waits for stock, as a file in this folder.
 * @param but what has as much as in the catalogue
 */
export function wellStocked(folder: string, but?: string): { skus: string[]; file: string } {
  const products = JSON.parse(readFileSync(join(ROOT, 'gateway/seed/catalogue.json'), 'utf8')) as { sku: string }[];
  const file = join(folder, 'catalogue.json');
  writeFileSync(file, JSON.stringify(products.map((one) => (one.sku === but ? one : { ...one, stock: PLENTY }))));
  return { skus: products.map(({ sku }) => sku), file };
}
