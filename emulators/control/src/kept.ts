/**
 * A document of a journal: an object until it has been written, then its JSON, which takes a tenth of the memory, and the
 * object for as long as somebody else holds it. So whoever asks meanwhile gets the same one.
 */
export class Kept<T> {
  #changed: T | undefined;
  #json: string | undefined;
  #held: WeakRef<T & object> | undefined;

  constructor(change: { readonly document: T } | { readonly json: string }) {
    if ('json' in change) this.#json = change.json;
    else this.#changed = change.document;
  }

  get document(): T {
    if (this.#json === undefined) return this.#changed as T;
    const held = this.#held?.deref();
    if (held !== undefined) return held;
    const document = JSON.parse(this.#json) as T;
    this.#hold(document);
    return document;
  }

  set document(document: T) {
    this.#changed = document;
    this.#json = undefined;
  }

  /** As it stands in the journal. */
  written(): string {
    if (this.#json === undefined) {
      this.#json = JSON.stringify(this.#changed);
      this.#hold(this.#changed as T);
      this.#changed = undefined;
    }
    return this.#json;
  }

  #hold(document: T): void {
    this.#held = typeof document === 'object' && document !== null ? new WeakRef(document) : undefined;
  }
}
