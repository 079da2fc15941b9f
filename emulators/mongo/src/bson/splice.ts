import { onDemand } from 'bson';
import { type Doc, encode, field, isDoc, put } from './codec.ts';

type Values = Doc | readonly unknown[];

const OBJECT = 3;
const ARRAY = 4;
const SIZE_BYTES = 4;
const END = Uint8Array.of(0);

/**
 * Encodes a document that shares values with another one, as an update's result does: what is the same is copied. Encoding all
 * of it each time would cost more than anything else here, as documents grow by a field at every update.
 * @param bytes `before` in BSON
 */
export function encodeAfter(after: Doc, before: Doc, bytes: Uint8Array): Uint8Array {
  const target = new Pieces();
  splice(after, before, bytes, 0, target);
  return target.joined();
}

/** Fields to take as they are; a tree of them where only fields of a field are wanted. */
export interface Fields {
  readonly [name: string]: true | Fields;
}

/** Those of a document's fields, in its order; undefined: a tree meets an array, whose items are to be looked at one by one. */
export function pick(fields: Fields, bytes: Uint8Array): Uint8Array | undefined {
  const target = new Pieces();
  return take(fields, bytes, 0, target) ? target.joined() : undefined;
}

function splice(after: Values, before: Values, bytes: Uint8Array, at: number, target: Pieces): void {
  const elements = new Elements(bytes, at);
  target.open();
  let changed: Doc | undefined;
  const encodeChanged = () => {
    if (changed) target.add(encode(changed).subarray(SIZE_BYTES, -END.length));
    changed = undefined;
  };
  for (const key of Object.keys(after)) {
    const [now, then] = [itemOf(after, key), itemOf(before, key)];
    const element = elements.named(key);
    if (element && Object.is(now, then)) {
      encodeChanged();
      target.copy(bytes, startOf(element), endOf(element));
    } else if (element && holdsValues(now, element[TYPE]) && holdsValues(then, element[TYPE])) {
      encodeChanged();
      target.copy(bytes, startOf(element), element[VALUE_AT]);
      splice(now, then, bytes, element[VALUE_AT], target);
    } else {
      changed ??= {};
      put(changed, key, now);
    }
  }
  encodeChanged();
  target.close();
}

function take(fields: Fields, bytes: Uint8Array, at: number, target: Pieces): boolean {
  const text = textOf(bytes);
  target.open();
  for (const element of onDemand.parseToElements(bytes, at)) {
    const wanted = field(fields, nameOf(element, text)) as Fields[string] | undefined;
    if (wanted === undefined) continue;
    if (wanted === true) target.copy(bytes, startOf(element), endOf(element));
    else if (element[TYPE] === ARRAY) return false;
    else if (element[TYPE] === OBJECT) {
      target.copy(bytes, startOf(element), element[VALUE_AT]);
      if (!take(wanted, bytes, element[VALUE_AT], target)) return false;
    }
  }
  target.close();
  return true;
}

const itemOf = (values: Values, key: string): unknown =>
  Array.isArray(values) ? values[Number(key)] : field(values as Doc, key);

const holdsValues = (value: unknown, type: number): value is Values =>
  type === ARRAY ? Array.isArray(value) : type === OBJECT && isDoc(value);

/** As `onDemand` has it: type, where its name begins and how long it is, the same of its value. */
type Element = ReturnType<typeof onDemand.parseToElements> extends Iterable<infer E> ? E : never;
const [TYPE, NAME_AT, NAME_LENGTH, VALUE_AT, LENGTH] = [0, 1, 2, 3, 4] as const;
const startOf = (element: Element): number => element[NAME_AT] - 1;
const endOf = (element: Element): number => element[VALUE_AT] + element[LENGTH];
const textOf = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const nameOf = (element: Element, text: Buffer): string =>
  text.toString('utf8', element[NAME_AT], element[NAME_AT] + element[NAME_LENGTH]);

/** The elements of a document, by name. */
class Elements {
  readonly #bytes: Uint8Array;
  readonly #all: readonly Element[];
  #next = 0;
  #byName: Map<string, Element> | undefined;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#all = [...onDemand.parseToElements(bytes, at)];
  }

  /** Quick where they are asked for in their order. */
  named(name: string): Element | undefined {
    const next = this.#all[this.#next];
    if (next && this.#isNamed(next, name)) {
      this.#next += 1;
      return next;
    }
    this.#byName ??= this.#index();
    return this.#byName.get(name);
  }

  #isNamed(element: Element, name: string): boolean {
    const [at, length] = [element[NAME_AT], element[NAME_LENGTH]];
    if (length !== name.length) return false;
    for (let i = 0; i < length; i++) {
      const byte = this.#bytes[at + i] as number;
      if (byte !== name.charCodeAt(i) || byte > 0x7f) return false;
    }
    return true;
  }

  #index(): Map<string, Element> {
    const text = textOf(this.#bytes);
    return new Map(this.#all.map((element) => [nameOf(element, text), element]));
  }
}

/** The bytes of a document as they are put together: each document within is open until its size is known. */
class Pieces {
  readonly #pieces: Uint8Array[] = [];
  readonly #open: { head: Buffer; from: number }[] = [];
  #size = 0;
  /** What is to be copied next: pieces that lie side by side go together. */
  #source: Uint8Array = END;
  #from = 0;
  #to = 0;

  copy(bytes: Uint8Array, from: number, to: number): void {
    if (this.#source !== bytes || this.#to !== from) {
      this.#copied();
      this.#source = bytes;
      this.#from = from;
    }
    this.#to = to;
  }

  add(piece: Uint8Array): void {
    this.#copied();
    this.#append(piece);
  }

  open(): void {
    const head = Buffer.allocUnsafe(SIZE_BYTES);
    this.add(head);
    this.#open.push({ head, from: this.#size - SIZE_BYTES });
  }

  close(): void {
    this.add(END);
    const { head, from } = this.#open.pop()!;
    head.writeInt32LE(this.#size - from);
  }

  joined(): Uint8Array {
    return Buffer.concat(this.#pieces, this.#size);
  }

  #copied(): void {
    if (this.#to > this.#from) this.#append(this.#source.subarray(this.#from, this.#to));
    this.#from = 0;
    this.#to = 0;
  }

  #append(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#size += piece.length;
  }
}
