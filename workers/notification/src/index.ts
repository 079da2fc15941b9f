export { notification } from './worker.ts';
