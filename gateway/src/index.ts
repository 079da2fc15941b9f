export type { AppRouter } from './api/router.ts';
export { issueToken, type TokenClaims } from './auth.ts';
export { orderStatus } from './order-status/worker.ts';
export { gateway } from './worker.ts';
