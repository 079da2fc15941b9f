import type { Connection, mongo } from 'mongoose';

type Document = Readonly<Record<string, unknown>>;

/** A query as a driver sends it. */
export interface Query {
  readonly collection: string;
  readonly filter: Document;
  readonly sort: Document | undefined;
  readonly limit: number;
}

/** Records the queries of a connection with `monitorCommands`, until it is told to stop. */
export function recordQueries(database: Connection): { readonly queries: Query[]; stop(): void } {
  const queries: Query[] = [];
  const listen = ({ commandName, command, databaseName }: mongo.CommandStartedEvent) => {
    const query = databaseName === database.name ? queryOf(commandName, command as Document) : undefined;
    if (query) queries.push(query);
  };
  const client = database.getClient();
  client.on('commandStarted', listen);
  return { queries, stop: () => void client.off('commandStarted', listen) };
}

function queryOf(name: string, command: Document): Query | undefined {
  const collection = String(command[name]);
  const of = (filter: unknown, sort?: unknown, limit: unknown = 0): Query => {
    const by = sort instanceof Map ? (Object.fromEntries(sort) as Document) : (sort as Document | undefined);
    return { collection, filter: (filter ?? {}) as Document, sort: by, limit: Number(limit) };
  };
  switch (name) {
    case 'find':
      return of(command.filter, command.sort, command.limit);
    case 'findAndModify':
      return of(command.query, command.sort, 1);
    case 'count':
    case 'distinct':
      return of(command.query);
    case 'aggregate':
      return of((command.pipeline as Document[])[0]?.$match);
    default:
      return undefined;
  }
}

/** As `listIndexes` has it. */
type Index = Pick<mongo.IndexDescriptionInfo, 'key' | 'sparse' | 'partialFilterExpression'>;

/**
 * Whether a store with these indexes reads about as much as the query finds, however much there is: an index begins with what is
 * asked for, each way of an `$or` has one, or the index has the order and the first few of it are all that is wanted.
 */
export function isIndexed({ filter, sort, limit }: Omit<Query, 'collection'>, indexes: readonly Index[]): boolean {
  const all = conditionsOf(filter);
  const begins = (index: Index) => {
    const [first = ''] = Object.keys(index.key);
    return first in all && bounds(all[first]) && has(index, all);
  };
  if (indexes.some(begins)) return true;
  const ways = filter.$or as Document[] | undefined;
  if (ways?.every((way) => isIndexed({ filter: way, sort: undefined, limit: 0 }, indexes))) return true;
  const [order] = Object.keys(sort ?? {});
  const gives = ({ key, sparse, partialFilterExpression }: Index) =>
    Object.keys(key)[0] === order && !sparse && !partialFilterExpression;
  return order !== undefined && limit > 0 && Object.keys(filter).length === 0 && indexes.some(gives);
}

/** What is asked of each field, from `$and` too. */
function conditionsOf(filter: Document): Document {
  const nested = ((filter.$and ?? []) as Document[]).map(conditionsOf);
  return Object.assign({}, filter, ...nested);
}

/** Whether the index has all that the query can find. */
function has({ key, sparse, partialFilterExpression: partial }: Index, all: Document): boolean {
  const asked = (field: string) => field in all && bounds(all[field]) && all[field] !== null;
  return (!sparse || Object.keys(key).some(asked)) && Object.keys(partial ?? {}).every(asked);
}

/** A part of an index: not what is missing or different, nor a pattern that begins anywhere. */
function bounds(condition: unknown): boolean {
  const { $exists, $ne, $nin, $regex, $options } = (condition ?? {}) as Document;
  if ($exists === false || $ne !== undefined || $nin !== undefined) return false;
  return $regex === undefined || (String($regex).startsWith('^') && !String($options ?? '').includes('i'));
}
