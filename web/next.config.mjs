import createNextIntlPlugin from 'next-intl/plugin';

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

export default createNextIntlPlugin('./src/visitor/intl-request.ts')(config);
