export { payment } from './worker.ts';
