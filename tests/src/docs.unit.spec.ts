import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { CHECK_NAMES } from '@orderflow/auditor';
import { placeOrderInput } from '@orderflow/contracts';
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

test('every page is looked at', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/invariants.md', 'docs/how-to/operate.md']));
  expect(pages.filter((page) => page.startsWith('docs/decisions/')).length).toBeGreaterThan(9);
});

describe.each(guides)('%s', (page) => {
  const commands = matchesOf(read(page), /\.\/run((?: [\w=./:-]+)*)/g).map((words) => words.trim().split(' '));

  test('calls only commands and flags that ./run has', () => {
    for (const [name = '', ...rest] of commands) {
      if (name === '' || name === 'help') continue;
      const command = declarationOf(name);
      expect(command, `./run ${name}`).toBeDefined();
      // What follows these goes to another program.
      if (command?.includes('.passThroughOptions()')) continue;
      for (const flag of rest.filter((word) => word.startsWith('--'))) expect(command, `./run ${name}`).toContain(flag);
    }
  });

  test('names benchmarks and emulators that exist', () => {
    for (const [name, which = ''] of commands) {
      if (name === 'bench') expect(there(`bench/src/${which}.ts`), which).toBe(true);
      if (name === 'emulator') expect(there(`emulators/${which}/src/main.ts`), which).toBe(true);
    }
  });

  test('names files that exist', () => {
    const rooms = readdirSync(ROOT).filter((name) => !name.startsWith('.'));
    const mentioned = matchesOf(read(page), /(?<![\w@/.$-])((?:[\w.-]+\/)+[\w.-]*\w)/g);
    const meant = mentioned.filter(
      (path) => rooms.includes(path.split('/')[0] as string) || /\.[a-z]{2,4}$/.test(path),
    );
    const missing = meant.filter((path) => !EXAMPLES.test(path) && !there(path) && !there(join(dirname(page), path)));
    expect(missing).toEqual([]);
  });
});

describe.each(pages.filter((page) => !guides.includes(page)))('%s', (page) => {
  test('names files of its room that exist', () => {
    const mentioned = matchesOf(read(page), /`((?:src|testing|seed)\/[\w./-]*)`/g);
    expect(mentioned.filter((path) => !there(join(dirname(page), path)))).toEqual([]);
  });
});

/** Files that a guide tells the reader to make, hosts in addresses, and a worker's files wherever it is. */
const EXAMPLES = /^(workers\/loyalty|tests\/shop\.ts|contracts\/src\/events\/order-refunded\.ts|src\/|127\.)/;

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
      for (const [, file = '', title] of guards) {
        expect(there(file), file).toBe(true);
        expect(titlesOf(file)).toContain(title);
      }
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
    expect(text).toMatch(new RegExp(`^# ${Number(file.slice(0, 4))}\\. `));
    for (const part of ['Context', 'Decision', 'Consequence']) expect(text).toContain(`\n**${part}.** `);
  });
});

describe("a worker's README", () => {
  const workers = readdirSync(join(ROOT, 'workers'));
  let definitions: Awaited<ReturnType<typeof discoverDefinitions>>;
  beforeAll(async () => {
    definitions = await discoverDefinitions();
  });

  test.each(workers)('%s is among the rooms of README.md', (name) => {
    expect(read('README.md')).toContain(`](workers/${name}/README.md)`);
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
    for (const sku of matchesOf(input, /sku: '([^']+)'/g)) expect(skus).toContain(sku);
  });

  test('calls procedures that the API has, each in its own way', () => {
    const router = read('gateway/src/api/orders.ts');
    const kinds = { mutate: 'mutation', query: 'query', subscribe: 'subscription' };
    const calls = [...snippet.matchAll(/shop\.orders\.(\w+)\.(mutate|query|subscribe)\(/g)];
    expect(calls.map(([, name]) => name)).toEqual(['place', 'watch']);
    for (const [, name, how] of calls) {
      const [procedure = ''] = router.match(new RegExp(`^ {2}${name}: [\\s\\S]*?^ {2}\\S*\\),?$`, 'm')) ?? [];
      expect(procedure, name).toContain(`.${kinds[how as keyof typeof kinds]}(`);
    }
  });

  test('imports only what stack/ may import', () => {
    const { dependencies } = JSON.parse(read('stack/package.json'));
    const imported = matchesOf(snippet, /from '([^']+)'/g).filter((name) => !name.startsWith('node:'));
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(imported));
  });
});
