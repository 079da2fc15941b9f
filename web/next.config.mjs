import { PHASE_PRODUCTION_SERVER } from 'next/constants.js';

// JavaScript: a server in production would need Next's compiler to read TypeScript, and the image has none.
/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // `tsc` of the whole repository looks at the types; building is for running.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: new URL('..', import.meta.url).pathname },
  images: { unoptimized: true },
  headers: async () => [
    {
      source: '/products/:file*',
      headers: [{ key: 'cache-control', value: 'public, max-age=86400, stale-while-revalidate=604800' }],
    },
  ],
};

/** @type {(phase: string) => Promise<import('next').NextConfig>} */
export default async (phase) => {
  if (phase === PHASE_PRODUCTION_SERVER) return config;
  // For building only: its watcher of files is an optional package too.
  const { default: createNextIntlPlugin } = await import('next-intl/plugin');
  return createNextIntlPlugin('./src/visitor/intl-request.ts')(config);
};
