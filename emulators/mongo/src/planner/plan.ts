import { type Doc, isDoc } from '../bson/codec.ts';
import { equal } from '../bson/compare.ts';
import { keyString } from '../bson/key-string.ts';
import { type Constraint, constraintsOf, demandsPresence, ranges } from '../query/constraints.ts';
import { isOperators } from '../query/filter.ts';
import type { SortPart } from '../query/sort.ts';
import type { Collection } from '../storage/collection.ts';
import { last, type SecondaryIndex } from '../storage/secondary-index.ts';
import type { Stored } from '../storage/stored.ts';

export interface Plan {
  /** Every document that may match; each is still to be tested. */
  candidates: Iterable<Stored>;
  /** They come in the order that was asked for. */
  sorted: boolean;
  /** For tests and for the curious: the index used, if any. */
  index?: string;
}

/** Chooses the index that narrows a query most, or that gives its order; else all documents in insertion order. */
export function planQuery(collection: Collection, filter: Doc, sort: SortPart[] = []): Plan {
  const constraints = constraintsOf(filter);
  const ids = constraints.get('_id')?.values;
  if (ids) return byIds(collection, ids);
  let best: Candidate | undefined;
  for (const index of collection.indexes.values()) {
    const candidate = consider(index, constraints, filter, sort);
    if (candidate && candidate.score > (best?.score ?? 0)) best = candidate;
  }
  // An index that only gives the order may have everything, and what is looked for be nowhere in it.
  const few = best?.sorted ? branches(collection, filter, sort, FEW) : undefined;
  if (few) return few;
  const byIdOrder = sort.length === 1 && sort[0]!.path.join('.') === '_id';
  if (best && (best.sorted || best.score >= 2 || !byIdOrder)) {
    return { candidates: best.read(collection), sorted: best.sorted || sort.length === 0, index: best.name };
  }
  const idRange = constraints.get('_id');
  if (byIdOrder || (idRange && ranges(idRange))) {
    const [from, to] = idRange && ranges(idRange) ? bounds(idRange) : ['', undefined];
    const reverse = byIdOrder && sort[0]!.direction < 0;
    return {
      candidates: resolve(collection, collection.byId.range(from, to, reverse)),
      sorted: byIdOrder || sort.length === 0,
      index: '_id_',
    };
  }
  return branches(collection, filter, sort) ?? { candidates: collection.documents.values(), sorted: sort.length === 0 };
}

const FEW = 1_000;

/**
 * An `$or` whose every branch has an index reads each branch's documents once.
 * @param most where it has more of them to read, there is no such plan
 */
function branches(
  collection: Collection,
  filter: Doc,
  sort: SortPart[],
  most = Number.POSITIVE_INFINITY,
): Plan | undefined {
  if (!Array.isArray(filter.$or)) return undefined;
  const plans = filter.$or.map((branch) => planQuery(collection, branch as Doc));
  if (plans.some((plan) => plan.index === undefined)) return undefined;
  const found = new Set<Stored>();
  for (const plan of plans) {
    for (const stored of plan.candidates) {
      if (found.add(stored).size > most) return undefined;
    }
  }
  return { candidates: found, sorted: sort.length === 0, index: plans.map((plan) => plan.index).join(',') };
}

function byIds(collection: Collection, ids: unknown[]): Plan {
  const found = ids.map((id) => collection.documents.get(keyString(id))).filter((stored) => stored !== undefined);
  return { candidates: new Set(found), sorted: ids.length === 1, index: '_id_' };
}

function* resolve(collection: Collection, ids: Iterable<string>): Generator<Stored, void> {
  for (const id of ids) {
    const stored = collection.documents.get(id);
    if (stored) yield stored;
  }
}

interface Candidate {
  name: string;
  score: number;
  sorted: boolean;
  read(collection: Collection): Iterable<Stored>;
}

/** Scores an index: two for each leading field with known values, one for a range on the next, a half for giving the order. */
function consider(
  index: SecondaryIndex,
  constraints: Map<string, Constraint>,
  filter: Doc,
  sort: SortPart[],
): Candidate | undefined {
  if (!covers(index, constraints, filter)) return undefined;
  let prefixes = [''];
  let at = 0;
  for (; at < index.parts.length; at++) {
    const values = constraints.get(index.parts[at]!.name)?.values;
    if (!values || prefixes.length * values.length > 1000) break;
    prefixes = prefixes.flatMap((prefix) => values.map((value) => prefix + index.partKey(at, value)));
  }
  const next = at < index.parts.length ? constraints.get(index.parts[at]!.name) : undefined;
  const range = next && ranges(next) ? next : undefined;
  const direction = prefixes.length === 1 ? orderGiven(index, at, sort) : 0;
  const narrowed = index.spec.sparse || index.spec.partialFilterExpression ? 0.25 : 0;
  const score = at * 2 + (range ? 1 : 0) + (sort.length > 0 && direction !== 0 ? 0.5 : 0) + narrowed;
  if (score === 0) return undefined;
  return {
    name: index.spec.name,
    score,
    sorted: sort.length > 0 && direction !== 0,
    read: (collection) => resolve(collection, scan(index, [...new Set(prefixes)].sort(), at, range, direction < 0)),
  };
}

function* scan(
  index: SecondaryIndex,
  prefixes: string[],
  at: number,
  range: Constraint | undefined,
  reverse: boolean,
): Generator<string, void> {
  const seen = index.multikey ? new Set<string>() : undefined;
  for (const prefix of prefixes) {
    let from = prefix;
    let to: string | undefined = prefix + last;
    if (range) {
      const [lower, upper] = bounds(
        index.multikey && range.lower !== undefined ? { lower: range.lower } : range,
        (value) => index.partKey(at, value),
        index.parts[at]!.descending,
      );
      from = prefix + lower;
      to = prefix + (upper ?? last);
    }
    for (const id of index.entries.range(from, to, reverse)) {
      if (seen?.has(id)) continue;
      seen?.add(id);
      yield id;
    }
  }
}

/** Key strings that enclose a range. Values compare within their own type, so an open end stops at the type's. */
function bounds({ lower, upper }: Constraint, key = keyString, descending = false): [string, string | undefined] {
  const typeKey = key(lower ?? upper)[0]!;
  const low = lower === undefined ? typeKey : key(lower);
  const high = upper === undefined ? typeKey + last : key(upper) + last;
  if (!descending) return [low, high];
  return [upper === undefined ? typeKey : key(upper), lower === undefined ? typeKey + last : key(lower) + last];
}

/** 1 if the index, read forwards from its first `at` fields on, gives the order asked for; -1 if read backwards; else 0. */
function orderGiven(index: SecondaryIndex, at: number, sort: SortPart[]): number {
  if (index.multikey || sort.length === 0) return 0;
  const rest = [
    ...index.parts.slice(at).map(({ name, descending }) => ({ name, descending })),
    { name: '_id', descending: false },
  ];
  const fixed = new Set(index.parts.slice(0, at).map((part) => part.name));
  const wanted = sort.filter((part) => !fixed.has(part.path.join('.')));
  let direction = 0;
  for (let i = 0; i < wanted.length; i++) {
    const part = rest[i];
    if (!part || part.name !== wanted[i]!.path.join('.')) return 0;
    const way = (part.descending ? -1 : 1) * wanted[i]!.direction;
    if (direction !== 0 && way !== direction) return 0;
    direction = way;
  }
  return direction || 1;
}

/** Whether a sparse or partial index has every document that can match the filter. */
function covers(index: SecondaryIndex, constraints: Map<string, Constraint>, filter: Doc): boolean {
  const { sparse, partialFilterExpression: partial } = index.spec;
  if (sparse && !index.parts.some(({ name }) => demandsPresence(constraints.get(name)))) return false;
  if (!partial) return true;
  return Object.entries(partial).every(([key, wanted]) => {
    if (key in filter && equal(filter[key], wanted)) return true;
    const constraint = constraints.get(key);
    if (isDoc(wanted) && equal(wanted, { $exists: true })) return demandsPresence(constraint);
    return !isOperators(wanted) && constraint?.values?.length === 1 && equal(constraint.values[0], wanted);
  });
}
