// In the packed client this file is the API's types written out, without an import of anything but @trpc/server.
export type { AppRouter as GatewayRouter } from '@orderflow/gateway';
