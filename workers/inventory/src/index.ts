export { inventory } from './worker.ts';
