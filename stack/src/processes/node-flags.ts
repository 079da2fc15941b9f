/**
 * For every Node process of ours: with V8's own young generation (three times 16 MiB and more) garbage is collected so seldom
 * that a process holds twice the memory, and is none the faster. docker/Dockerfile says the same.
 */
export const NODE_FLAGS = ['--max-semi-space-size=8'] as const;

/** Where compiled modules are kept from one start to the next, for processes that are told nothing else of our environment. */
export const nodeCache = (): Record<string, string> =>
  process.env.NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE } : {};
