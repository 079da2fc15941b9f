import { type Doc, isDoc, put } from '../bson/codec.ts';
import { toInteger } from '../bson/numbers.ts';
import type { Fields } from '../bson/splice.ts';
import { isNumeric } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { evaluate } from './expression.ts';
import { elementFilter } from './filter.ts';

/** What a projection makes of a document; `position` is the array index the filter matched, for `path.$`. */
export type Project = ((doc: Doc, position?: number) => Doc) & {
  /** Where it only takes fields as they are. */
  readonly fields?: Fields;
};

interface Tree {
  [key: string]: Tree | Leaf;
}
type Leaf = { include: boolean } | { compute(value: unknown, doc: Doc, position?: number): unknown };

const leaf = Symbol('leaf');
type Node = Leaf & { [leaf]: true };

export interface ProjectionOptions {
  /** It is a pipeline's `$project`, where `$slice` and `$elemMatch` are expressions like any other. */
  stage?: boolean;
  variables?: Doc | undefined;
}

/** Compiles find's projection; `undefined` if it keeps everything. Throws for a mix of inclusion and exclusion. */
export function compileProjection(
  projection: Doc,
  { stage = false, variables }: ProjectionOptions = {},
): Project | undefined {
  const entries = Object.entries(projection);
  if (entries.length === 0) return undefined;
  const tree: Tree = {};
  let including: boolean | undefined;
  for (const [path, value] of entries) {
    if (path === '') fail(40352, 'FieldPath cannot be constructed with empty string');
    const node = parse(path, value, stage, variables);
    if ('include' in node && path !== '_id') {
      if (including !== undefined && including !== node.include) {
        const [code, which] = node.include ? [31253, 'inclusion'] : [31254, 'exclusion'];
        fail(
          code as number,
          `Cannot do ${which} on field ${path} in ${node.include ? 'exclusion' : 'inclusion'} projection`,
        );
      }
      including = node.include;
    } else if ('includes' in node && node.includes === true) including ??= true;
    grow(tree, path.replace(/\.\$$/, '').split('.'), node, path);
  }
  const onlyId = entries.length === 1 && entries[0]![0] === '_id' ? tree._id : undefined;
  const inclusive =
    including ?? (onlyId !== undefined && 'include' in onlyId && (onlyId as { include: boolean }).include);
  if (inclusive && tree._id === undefined) tree._id = { include: true, [leaf]: true } as Leaf;
  const fields = inclusive ? fieldsOf(tree) : undefined;
  return Object.assign(
    (doc: Doc, position?: number) => apply(doc, tree, inclusive, doc, position),
    fields && { fields },
  );
}

/** The same as fields to take, where nothing is computed. */
function fieldsOf(tree: Tree): Fields | undefined {
  const fields: Record<string, Fields[string]> = Object.create(null);
  for (const [name, node] of Object.entries(tree)) {
    if (leaf in node && 'compute' in node) return undefined;
    const wanted = leaf in node ? (node as { include: boolean }).include : fieldsOf(node as Tree);
    if (wanted === undefined) return undefined;
    // Only `_id` may be left out where others are taken.
    if (wanted) fields[name] = wanted;
  }
  return fields;
}

function parse(path: string, value: unknown, stage: boolean, variables?: Doc): Node & { includes?: boolean } {
  if (path.endsWith('.$')) {
    return { [leaf]: true, includes: true, compute: (array, _doc, position) => only(array, position) };
  }
  if (typeof value === 'boolean') return { [leaf]: true, include: value };
  if (isNumeric(value)) return { [leaf]: true, include: Number(value) !== 0 };
  if (!stage && isDoc(value) && '$slice' in value) return { [leaf]: true, compute: slicer(value.$slice) };
  if (!stage && isDoc(value) && '$elemMatch' in value) {
    const matches = elementFilter(value.$elemMatch, {});
    const first = (array: unknown) => {
      const found = Array.isArray(array) ? array.find((item) => matches(item)) : undefined;
      return found === undefined ? undefined : [found];
    };
    return { [leaf]: true, includes: true, compute: first };
  }
  return { [leaf]: true, includes: true, compute: (_value, doc) => evaluate(doc, value, variables) };
}

function only(array: unknown, position?: number): unknown {
  if (!Array.isArray(array)) return array;
  if (position === undefined)
    fail(
      51246,
      "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
    );
  return array.slice(position, position + 1);
}

function slicer(argument: unknown): (value: unknown) => unknown {
  const [first, second] = (Array.isArray(argument) ? argument : [argument]).map(toInteger);
  if (first === undefined)
    fail(28667, 'Invalid $slice syntax. The given syntax did not match the find() or expression syntax');
  if (second !== undefined && second <= 0) fail(28729, `Third argument to $slice must be positive: ${second}`);
  return (value) => {
    if (!Array.isArray(value)) return value;
    if (second === undefined) return first < 0 ? value.slice(first) : value.slice(0, first);
    const start = first < 0 ? Math.max(0, value.length + first) : first;
    return value.slice(start, start + second);
  };
}

function grow(tree: Tree, path: string[], node: Leaf, full: string): void {
  let at = tree;
  for (const part of path.slice(0, -1)) {
    const next = at[part] ?? {};
    at[part] = next;
    if (leaf in next) fail(31249, `Path collision at ${full}`);
    at = next as Tree;
  }
  const last = path.at(-1)!;
  if (at[last] !== undefined) fail(31250, `Path collision at ${full}`);
  at[last] = node;
}

function apply(doc: Doc, tree: Tree, inclusive: boolean, root: Doc, position?: number): Doc {
  const result: Doc = {};
  for (const key of Object.keys(doc)) {
    const value = doc[key];
    const node = Object.hasOwn(tree, key) ? tree[key]! : undefined;
    if (node === undefined) {
      if (!inclusive) put(result, key, value);
      continue;
    }
    const after = visit(value, node, inclusive, root, position);
    if (after !== undefined) put(result, key, after);
  }
  for (const key of Object.keys(tree)) {
    const node = tree[key]!;
    if (Object.hasOwn(doc, key)) continue;
    const computed =
      leaf in node
        ? 'compute' in node && (node as Extract<Leaf, { compute: unknown }>).compute(undefined, root, position)
        : inclusive && computesWithin(node as Tree, root);
    if (computed !== undefined && computed !== false) put(result, key, computed);
  }
  return result;
}

function visit(value: unknown, node: Tree | Leaf, inclusive: boolean, root: Doc, position?: number): unknown {
  if (leaf in node) {
    if ('compute' in node) return (node as Extract<Leaf, { compute: unknown }>).compute(value, root, position);
    return (node as { include: boolean }).include ? value : undefined;
  }
  if (isDoc(value)) return apply(value, node as Tree, inclusive, root, position);
  if (Array.isArray(value)) {
    return value.map((item) => visit(item, node, inclusive, root, position)).filter((item) => item !== undefined);
  }
  return inclusive ? undefined : value;
}

/** A computed field below one that is missing builds it. */
function computesWithin(tree: Tree, root: Doc): unknown {
  const built: Doc = {};
  for (const [key, node] of Object.entries(tree)) {
    const value =
      leaf in node
        ? 'compute' in node && (node as Extract<Leaf, { compute: unknown }>).compute(undefined, root)
        : computesWithin(node as Tree, root);
    if (value !== undefined && value !== false) put(built, key, value);
  }
  return Object.keys(built).length > 0 ? built : undefined;
}
