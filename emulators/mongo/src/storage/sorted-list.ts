/** Big enough that few blocks are searched, small enough that shifting one is cheap. */
const blockSize = 512;

interface Block<T> {
  keys: string[];
  values: T[];
}

/**
 * A map from unique strings to values, kept in the strings' order: a list of sorted blocks, so that looking up, adding
 * and removing cost much the same with a thousand entries and with a million.
 */
export class SortedList<T> {
  #blocks: Block<T>[] = [{ keys: [], values: [] }];
  size = 0;

  set(key: string, value: T): void {
    const at = this.#blockFor(key);
    const block = this.#blocks[at]!;
    const i = lowerBound(block.keys, key);
    if (block.keys[i] === key) {
      block.values[i] = value;
      return;
    }
    block.keys.splice(i, 0, key);
    block.values.splice(i, 0, value);
    this.size++;
    if (block.keys.length > blockSize) this.#split(at);
  }

  get(key: string): T | undefined {
    const block = this.#blocks[this.#blockFor(key)]!;
    const i = lowerBound(block.keys, key);
    return block.keys[i] === key ? block.values[i] : undefined;
  }

  delete(key: string): void {
    const at = this.#blockFor(key);
    const block = this.#blocks[at]!;
    const i = lowerBound(block.keys, key);
    if (block.keys[i] !== key) return;
    block.keys.splice(i, 1);
    block.values.splice(i, 1);
    this.size--;
    if (block.keys.length === 0 && this.#blocks.length > 1) this.#blocks.splice(at, 1);
  }

  /** Values whose keys are at least `from` and less than `to`, in order or in reverse. */
  *range(from = '', to?: string, reverse = false): Generator<T, void> {
    const first = this.#position(from);
    const last =
      to === undefined
        ? { block: this.#blocks.length - 1, index: this.#blocks.at(-1)!.keys.length }
        : this.#position(to);
    if (!reverse) {
      for (let b = first.block; b <= last.block; b++) {
        const values = this.#blocks[b]!.values;
        const end = b === last.block ? last.index : values.length;
        for (let i = b === first.block ? first.index : 0; i < end; i++) yield values[i]!;
      }
      return;
    }
    for (let b = last.block; b >= first.block; b--) {
      const values = this.#blocks[b]!.values;
      const end = b === first.block ? first.index : 0;
      for (let i = (b === last.block ? last.index : values.length) - 1; i >= end; i--) yield values[i]!;
    }
  }

  #position(key: string): { block: number; index: number } {
    const block = this.#blockFor(key);
    return { block, index: lowerBound(this.#blocks[block]!.keys, key) };
  }

  /** The last block that starts at or before the key. */
  #blockFor(key: string): number {
    const blocks = this.#blocks;
    let low = 0;
    let high = blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (blocks[middle]!.keys[0]! <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #split(at: number): void {
    const { keys, values } = this.#blocks[at]!;
    // Keys that only grow (times, ULIDs) leave full blocks behind them, others halves.
    const cut = at === this.#blocks.length - 1 ? keys.length - 32 : keys.length >> 1;
    this.#blocks.splice(at + 1, 0, { keys: keys.splice(cut), values: values.splice(cut) });
  }
}

function lowerBound(keys: string[], key: string): number {
  let low = 0;
  let high = keys.length;
  if (high > 0 && keys[high - 1]! < key) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
