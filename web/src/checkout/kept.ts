/** What a tab keeps over a reload and forgets when it is closed: a stranger at the same device finds nothing of it. */
export interface Kept<T> {
  read(): T | undefined;
  write(value: T): void;
  drop(): void;
}

/** Where the browser lets us store nothing it lasts as long as the page. */
const memory = new Map<string, string>();

export function kept<T>(name: string): Kept<T> {
  const key = `orderflow-${name}`;
  return {
    read() {
      try {
        const text = sessionStorage.getItem(key) ?? memory.get(key);
        return text === undefined ? undefined : (JSON.parse(text) as T);
      } catch {
        return undefined;
      }
    },
    write(value) {
      const text = JSON.stringify(value);
      memory.set(key, text);
      try {
        sessionStorage.setItem(key, text);
      } catch {
        // Full, or not allowed.
      }
    },
    drop() {
      memory.delete(key);
      try {
        sessionStorage.removeItem(key);
      } catch {
        // As above.
      }
    },
  };
}
