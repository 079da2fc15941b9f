/** Stock changes while people look. */
export const LIVE_EVERY_MS = 15_000;
