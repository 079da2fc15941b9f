import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { CHECK_NAMES } from '@orderflow/auditor';
import { placeOrderInput, STRIPE_EVENT_TYPES } from '@orderflow/contracts';
import { discoverDefinitions } from '@orderflow/stack';
import { beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const there = (path: string): boolean => existsSync(join(ROOT, path));
const matchesOf = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');

const generated = normalize('docs/choreography.md');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...globSync(
    '{docs/**,{contracts,runtime,gateway,gateway/src/order-process,docker,documents,auditor,stack},{workers,emulators}/*}/*.md',
    { cwd: ROOT },
  ),
]
  .filter((page) => page !== generated)
  .sort();
/** Pages that tell how to work with the whole project: their paths are from its root. */
const guides = pages.filter((page) => /^(README|CONTRIBUTING|docs\/)/.test(page));

/** Files that a guide tells the reader to make, hosts in addresses, and a worker's files wherever it is. */
const EXAMPLES =
  /^(workers\/loyalty|\.\/(src\/index|worker|parts)\.ts$|tests\/shop\.ts|contracts\/src\/events\/order-refunded\.ts|src\/|127\.)/;

test('every page is looked at', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/invariants.md', 'docs/how-to/operate.md']));
  expect(pages.filter((page) => page.startsWith('docs/decisions/')).length).toBeGreaterThan(9);
  for (const found of [commandsOn, filesNamedIn]) expect(found('README.md').length).toBeGreaterThan(9);
});

test('the guide to real providers enables what is followed of Stripe, and nothing else', () => {
  const [, section = ''] = read('docs/how-to/real-providers.md').split('for these events');
  const [listed = ''] = section.split('`contracts/');
  expect(matchesOf(listed, /`([a-z_]+(?:\.[a-z_]+)+)`/g).sort()).toEqual([...STRIPE_EVENT_TYPES].sort());
});

test.each(pages)('%s has no place that was to be filled in', (page) => {
  expect(read(page).match(/@@\w+@@|\bTBD\b|\bTODO\b|\bFIXME\b/g) ?? []).toEqual([]);
});

/** Each call of `./run` on the page, as words. */
const commandsOn = (page: string): string[][] =>
  matchesOf(read(page), /\.\/run((?: [\w=./:-]+)*)/g)
    .map((words) => words.trim().split(' '))
    .filter(([name]) => name !== '' && name !== 'help');

describe.each(guides.filter((page) => commandsOn(page).length > 0))('%s', (page) => {
  test('calls only commands, flags, benchmarks and emulators that ./run has', () => {
    expect(commandsOn(page).flatMap(missingOf)).toEqual([]);
  });
});

test('a command, a flag, a benchmark and an emulator that ./run does not have are missing', () => {
  const calls = [['dance'], ['audit', '--dance'], ['bench', 'dance'], ['emulator', 'dance'], ['audit', '--changed']];
  expect(calls.flatMap(missingOf)).toEqual([
    './run dance',
    './run audit --dance',
    './run bench dance',
    './run emulator dance',
  ]);
});

/** What of a call `./run` does not have. */
function missingOf([name = '', ...rest]: readonly string[]): string[] {
  const command = declarationOf(name);
  if (command === undefined) return [`./run ${name}`];
  const [which = ''] = rest;
  if (name === 'bench' && !there(`bench/src/${which}.ts`)) return [`./run bench ${which}`];
  if (name === 'emulator' && !there(`emulators/${which}/src/main.ts`)) return [`./run emulator ${which}`];
  // What follows these goes to another program.
  if (command.includes('.passThroughOptions()')) return [];
  const flags = rest.filter((word) => word.startsWith('--'));
  return flags.filter((flag) => !command.includes(flag)).map((flag) => `./run ${name} ${flag}`);
}

/** A block of code that begins with a path is that file, in an application of the reader's. */
const filesMadeBy = (page: string): string[] => matchesOf(read(page), /^```\w+\n\/\/ (\S+)$/gm);

const filesNamedIn = (page: string): string[] => {
  if (!guides.includes(page)) return matchesOf(read(page), /`((?:src|testing|seed)\/[\w./-]*)`/g);
  const rooms = readdirSync(ROOT).filter((name) => !name.startsWith('.'));
  return matchesOf(read(page), /(?<![\w@/.$-])((?:[\w.-]+\/)+[\w.-]*\w)/g).filter(
    (path) =>
      (rooms.includes(path.split('/')[0] as string) || /\.[a-z]{2,4}$/.test(path)) &&
      !EXAMPLES.test(path) &&
      !filesMadeBy(page).includes(path),
  );
};

describe.each(pages.filter((page) => filesNamedIn(page).length > 0))('%s', (page) => {
  test('names files that exist', () => {
    const isThere = (path: string) => (guides.includes(page) && there(path)) || there(join(dirname(page), path));
    expect(filesNamedIn(page).filter((path) => !isThere(path))).toEqual([]);
  });
});

/** How the CLI declares a command, options that commands share included. */
function declarationOf(name: string): string | undefined {
  const source = read('stack/src/commands/program.ts');
  const [shared = ''] = source.match(/const stackOptions[\s\S]*?;\n\n/) ?? [];
  const statement = source.split(/;\n\n/).find((one) => new RegExp(`\\.command\\('${name}'\\)`).test(one));
  return statement?.startsWith('stackOptions') ? statement + shared : statement;
}

describe('docs/invariants.md', () => {
  const text = read('docs/invariants.md');
  const promises = [...text.matchAll(/^(\d+)\. ([\s\S]*?)(?=^\d+\. |^## |$(?![\s\S]))/gm)];

  test('numbers its promises without a gap', () => {
    expect(promises.length).toBeGreaterThan(20);
    expect(promises.map(([, number]) => Number(number))).toEqual(promises.map((_, index) => index + 1));
  });

  test.each(promises.map(([, number, promise]) => [number, promise] as const))(
    'promise %s is guarded by specs that exist',
    (_, promise = '') => {
      const guards = [...promise.matchAll(/^ +- `([^`]+)`: (.+)$/gm)];
      expect(guards.length).toBeGreaterThan(0);
      const missing = guards.filter(([, file = '', title = '']) => !there(file) || !titlesOf(file).includes(title));
      expect(missing.map(([, file, title]) => `${file}: ${title}`)).toEqual([]);
    },
  );

  test('names every check of the auditor under what it watches, and none that there is not', () => {
    const audited = promises.flatMap(([, , promise = '']) => matchesOf(promise, /_Audited:_([\s\S]*?)(?=\n +- )/g));
    expect(new Set(checksIn(audited.join()))).toEqual(new Set(CHECK_NAMES));
  });
});

const checksIn = (text: string): string[] => matchesOf(text, /`([a-z]+\.[a-z]+(?:-[a-z]+)+)`/g);

test('auditor/README.md lists every check of the auditor once', () => {
  const [, list = ''] = read('auditor/README.md').split('## What it checks\n');
  const rows = list.split('\n').filter((line) => line.startsWith('| `'));
  expect(rows.map((row) => checksIn(row)[0]).sort()).toEqual([...CHECK_NAMES].sort());
});

/** What a spec file calls its tests and groups, templates as they are written. */
function titlesOf(file: string): string[] {
  const literal = /\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`([^`]*)`),\s/g;
  return [...read(file).matchAll(literal)].map(([, ...quoted]) =>
    (quoted.find((one) => one !== undefined) ?? '').replace(/\\(.)/g, '$1'),
  );
}

describe('docs/decisions', () => {
  const files = readdirSync(join(ROOT, 'docs/decisions')).sort();

  test('are numbered without a gap', () => {
    expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, index) => index + 1));
  });

  test.each(files)('%s has its number, a context, a decision and a consequence', (file) => {
    const text = read(`docs/decisions/${file}`);
    const parts = [`# ${Number(file.slice(0, 4))}. `, '\n**Context.** ', '\n**Decision.** ', '\n**Consequence.** '];
    expect(parts.filter((part) => !text.includes(part))).toEqual([]);
    expect(text.startsWith('# ')).toBe(true);
  });
});

describe("a worker's README", () => {
  const workers = readdirSync(join(ROOT, 'workers'));
  let definitions: Awaited<ReturnType<typeof discoverDefinitions>>;
  beforeAll(async () => {
    definitions = await discoverDefinitions();
  });

  test('is linked from README.md', () => {
    expect(workers.filter((name) => !read('README.md').includes(`](workers/${name}/README.md)`))).toEqual([]);
  });

  test.each(workers)('%s hears and says what its definition does', (name) => {
    const definition = definitions.find((one) => one.name === name);
    const readme = read(`workers/${name}/README.md`);
    const typesIn = (list: readonly { type: string }[] = []) => list.map(({ type }) => type).sort();
    expect(factsAfter(readme, 'Hears')).toEqual(typesIn(definition?.hears));
    expect(factsAfter(readme, 'Says')).toEqual(typesIn(definition?.says));
  });
});

/** The facts between this bold word and the next one or the end of the paragraph. */
function factsAfter(readme: string, word: string): string[] {
  const [, part = ''] = new RegExp(`\\*\\*${word}\\*\\*([\\s\\S]*?)(?=\\*\\*|\\n\\n|$(?![\\s\\S]))`).exec(readme) ?? [];
  return matchesOf(part, /`([a-z]+\.[a-z_]+)`/g).sort();
}

describe("README.md's client", () => {
  const [snippet = ''] = matchesOf(read('README.md'), /```ts\n([\s\S]*?)```/g);

  test('places an order that the API takes', () => {
    const [input = ''] = matchesOf(snippet, /place\.mutate\((\{[\s\S]*?\n\})\)/g);
    const value: unknown = runInNewContext(`(${input})`, { randomUUID: () => crypto.randomUUID() });
    expect(placeOrderInput.safeParse(structuredClone(value)).error).toBeUndefined();
    const skus = (JSON.parse(read('gateway/seed/catalogue.json')) as { sku: string }[]).map(({ sku }) => sku);
    expect(matchesOf(input, /sku: '([^']+)'/g).filter((sku) => !skus.includes(sku))).toEqual([]);
  });

  test('calls procedures that the API has, each in its own way', () => {
    const router = read('gateway/src/api/orders.ts');
    const kinds = { mutate: 'mutation', query: 'query', subscribe: 'subscription' };
    const calls = [...snippet.matchAll(/shop\.orders\.(\w+)\.(mutate|query|subscribe)\(/g)];
    expect(calls.map(([, name]) => name)).toEqual(['place', 'watch']);
    const isOtherwise = ([, name, how]: RegExpMatchArray): boolean => {
      const [procedure = ''] = router.match(new RegExp(`^ {2}${name}: [\\s\\S]*?^ {2}\\S*\\),?$`, 'm')) ?? [];
      return !procedure.includes(`.${kinds[how as keyof typeof kinds]}(`);
    };
    expect(calls.filter(isOtherwise).map(([call]) => call)).toEqual([]);
  });

  test('imports only what stack/ may import', () => {
    const { dependencies } = JSON.parse(read('stack/package.json'));
    const imported = matchesOf(snippet, /from '([^']+)'/g).filter((name) => !name.startsWith('node:'));
    expect(imported.filter((name) => !Object.hasOwn(dependencies, name))).toEqual([]);
  });
});
