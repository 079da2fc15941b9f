export { delivery } from './worker.ts';
