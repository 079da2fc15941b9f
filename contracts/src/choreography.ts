import { eventsOf } from './asyncapi.ts';
import { deadQueue, workQueue } from './topology.ts';
import type { WorkerDefinition } from './worker-definition.ts';

/** What is missing or contradicts itself in the definitions, each as a sentence; empty when the choreography is complete. */
export function choreographyProblems(workers: readonly WorkerDefinition[]): string[] {
  return [...eventProblems(workers), ...recordProblems(workers)];
}

/** Events without a publisher or without a subscriber. */
function eventProblems(workers: readonly WorkerDefinition[]): string[] {
  return eventsOf(workers).flatMap((event) => {
    const problems: string[] = [];
    const definitions = new Set(
      [...workers.flatMap((w) => [...w.says, ...w.hears])].filter((e) => e.type === event.type),
    );
    if (definitions.size > 1) problems.push(`${event.type} has ${definitions.size} definitions`);
    const former = workers.filter(({ name }) => event.saidBy.includes(name)).flatMap(({ formerly }) => formerly);
    if (former.toSorted().join() !== event.formerlySaidBy.toSorted().join()) {
      problems.push(`${event.type} must be formerlySaidBy ${former.join(', ') || 'nobody'}, as its publishers say`);
    }
    const silent = event.saidBy.filter((name) => !sayersOf(workers, event.type).includes(name));
    if (silent.length > 0) problems.push(`${event.type} is the word of ${silent.join(', ')}, which does not say it`);
    if (sayersOf(workers, event.type).length === 0) problems.push(`${event.type} is heard but nobody says it`);
    if (hearersOf(workers, event.type).length === 0) problems.push(`${event.type} is said but nobody hears it`);
    return problems;
  });
}

/** Documents that nobody could find, or find twice, and names that stand for two workers. */
function recordProblems(workers: readonly WorkerDefinition[]): string[] {
  const names = workers.flatMap(({ name, formerly }) => [name, ...formerly]);
  const taken = names.filter((name, index) => names.indexOf(name) !== index);
  const places = new Map<string, string>();
  const unclear = workers.flatMap(({ name, hears, projects, collection, database }) => {
    const marked = hears.filter((event) => !projects.includes(event));
    if (marked.length > 0 && collection === undefined) return [`${name} names no collection that marks what it hears`];
    if (collection === undefined) return [];
    const other = places.get(collection);
    places.set(collection, other ?? database);
    return [
      ...(other === undefined || other === database
        ? []
        : [`${collection} is a collection of ${other} and of ${database}`]),
      ...marked
        .filter(({ subject }) => subject !== 'order')
        .map(({ type }) => `${name} hears ${type}, which is about no order, and does not only project it`),
    ];
  });
  return [...taken.map((name) => `${name} is the name of two workers`), ...unclear];
}

/** The page that draws the choreography: a Mermaid diagram, the facts and the queues. */
export function choreographyPage(workers: readonly WorkerDefinition[]): string {
  const consumers = workers.filter((worker) => worker.hears.length > 0);
  return [
    '# The choreography',
    '',
    "Generated from the workers' definitions by `./run docs`; do not edit.",
    '',
    '```mermaid',
    'flowchart LR',
    ...workers.map((worker) => `  ${nodeOf(worker.name)}["${worker.name}"]`),
    ...edgesOf(workers),
    '```',
    '',
    '| fact (routing key) | version | said by | heard by | meaning |',
    '|---|---|---|---|---|',
    ...eventsOf(workers).map((event) => {
      const [said, heard] = [sayersOf(workers, event.type), hearersOf(workers, event.type)];
      return `| \`${event.type}\` | ${event.version} | ${said.join(', ')} | ${heard.join(', ')} | ${event.summary} |`;
    }),
    '',
    '| worker | does | queue | dead-letter queue | documents | calls |',
    '|---|---|---|---|---|---|',
    ...consumers.map((worker) => {
      const { name, summary, database, collection, calls } = worker;
      const documents = collection === undefined ? '' : `\`${collection}\` of ${database}`;
      return `| ${name} | ${summary} | \`${workQueue(name)}\` | \`${deadQueue(name)}\` | ${documents} | ${calls.join(', ')} |`;
    }),
    '',
  ].join('\n');
}

/** One arrow for each pair of workers, labelled with the events from one to the other. */
function edgesOf(workers: readonly WorkerDefinition[]): string[] {
  return workers.flatMap((from) =>
    workers.flatMap((to) => {
      const facts = from.says.filter((said) => to.hears.some((heard) => heard.type === said.type));
      if (facts.length === 0) return [];
      const label = facts.map((fact) => fact.type).join('<br>');
      return [`  ${nodeOf(from.name)} -->|"${label}"| ${nodeOf(to.name)}`];
    }),
  );
}

const nodeOf = (name: string): string => name.replaceAll('-', '_');
const sayersOf = (workers: readonly WorkerDefinition[], type: string): string[] =>
  workers.filter((worker) => worker.says.some((event) => event.type === type)).map((worker) => worker.name);
const hearersOf = (workers: readonly WorkerDefinition[], type: string): string[] =>
  workers.filter((worker) => worker.hears.some((event) => event.type === type)).map((worker) => worker.name);
