/** Somebody else wrote between our read and our write. */
export const CONFLICT = Symbol('conflict');

/**
 * Reads, decides and writes again for as long as somebody else was quicker; somebody gets through in each round.
 * @param attempt gives CONFLICT when its guarded write missed
 * @returns CONFLICT when every try missed
 */
export async function retryOnConflict<T>(
  tries: number,
  attempt: () => Promise<T | typeof CONFLICT>,
): Promise<T | typeof CONFLICT> {
  for (let left = tries; left > 0; left--) {
    const result = await attempt();
    if (result !== CONFLICT) return result;
  }
  return CONFLICT;
}
