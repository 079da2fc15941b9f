import { expect, test } from 'vitest';
import { standalone } from './types.ts';

test('the packed types need nothing but tRPC, and keep the context of a procedure to themselves', () => {
  const emitted =
    'export declare const appRouter: import("@trpc/server").TRPCBuiltRouter<{ ctx: import("./trpc.ts").Context }>;\nexport type AppRouter = typeof appRouter;';
  expect(standalone(emitted)).toBe(
    'declare const appRouter: import("@trpc/server").TRPCBuiltRouter<{ ctx: object }>;\nexport type GatewayRouter = typeof appRouter;',
  );
});

test.each(['import("mongoose").Document', "import type { Order } from './order.ts';"])(
  'types that would be any elsewhere are not packed: %s',
  (type) => {
    expect(() => standalone(`export declare const appRouter: ${type}`)).toThrow('only @trpc/server may be imported');
  },
);
