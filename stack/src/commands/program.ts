import { Command, InvalidArgumentError } from 'commander';

const collectScale = (value: string, scale: Record<string, number>): Record<string, number> => {
  const match = /^([a-z][a-z0-9-]*)=(\d{1,2})$/.exec(value);
  if (!match) throw new InvalidArgumentError('It must look like payment=3.');
  return { ...scale, [match[1] as string]: Number(match[2]) };
};

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** Every command. Its work is loaded when it is called, so that `help` and `token` answer at once. */
export const program = new Command('./run')
  .description('Orderflow on this machine: starts, supervises and stops everything it needs.')
  .showHelpAfterError('(./run help lists the commands)')
  .enablePositionalOptions();

const stackOptions = (command: Command): Command =>
  command
    .option(
      '--scale <worker=n>',
      'run n replicas of a worker, or of the gateway behind HAProxy; may be repeated',
      collectScale,
      {},
    )
    .option('--data <dir>', 'where data and logs live', '.data')
    .option('--json', 'print the addresses of everything as one JSON document')
    .option('--restart', 'start again what dies: processes, servers and stand-ins')
    .option('--no-web', 'leave out the storefront')
    .option('--open', 'open the storefront in a browser')
    .addHelpText('after', '\nUses AMQP_URL, REDIS_URL, MONGODB_URI and PORT where they are set.');

stackOptions(program.command('demo'))
  .description('start everything, place telling orders and show their journeys')
  .option('--exit', 'leave when the orders are through, with a status')
  .action(async (options) => (await import('./demo.ts')).demo(options));

stackOptions(program.command('up'))
  .description('start everything and stay until Ctrl-C')
  .option('--region <name>', 'a cell for this region, e.g. eu-1, beside those of others; may be repeated', collect, [])
  .action(async (options) => (await import('./up.ts')).up(options));

program
  .command('down')
  .description('stop a stack that runs in another terminal')
  .option('--data <dir>', 'its data directory', '.data')
  .action(async (options) => (await import('./down.ts')).down(options));

program
  .command('test')
  .description('run the tests; arguments go to vitest: ./run test --project unit')
  .argument('[vitest...]', 'arguments for vitest')
  .allowUnknownOption()
  .passThroughOptions()
  .action(async (args) => (await import('./test.ts')).test(args));

program
  .command('check')
  .description('the whole gate: format, lint, boundaries, types, unused code, documents, links, tests')
  .action(async () => (await import('./check.ts')).check());

program
  .command('emulator')
  .description('start one stand-in: mongo, stripe, twilio, mailbox or carrier')
  .argument('<name>', 'which one')
  .argument('[flags...]', 'its flags, e.g. --port 27018 --data DIR')
  .allowUnknownOption()
  .passThroughOptions()
  .action(async (name, flags) => (await import('./emulator.ts')).emulator(name, flags));

program
  .command('bench')
  .description(
    "measure: hops (the broker), orders (the whole system), search (the catalogue), soak (at a steady rate) or autoscale (KEDA's rules)",
  )
  .argument('<name>', 'autoscale, hops, orders, pages, search, soak or watchers')
  .argument('[flags...]', 'its flags')
  .allowUnknownOption()
  .passThroughOptions()
  .action(async (name, flags) => (await import('./bench.ts')).bench(name, flags));

program
  .command('fuzz')
  .description('send hostile requests to everything that the API has; status 1 when an answer is not as it should be')
  .option('--requests <n>', 'so many', '30000')
  .option('--seed <n>', 'the same seed, the same requests', '1')
  .option('--url <address>', "of a gateway that runs, instead of a stack of the command's own")
  .option('--data <dir>', 'whose secrets sign what goes to --url', '.data')
  .action(async (options) => (await import('./fuzz.ts')).fuzz(options));

program
  .command('bad-days')
  .description(
    'break a shop under load, by its brokers, cache, store, processes and clocks; status 1 when anything is lost',
  )
  .argument(
    '[flags...]',
    '--rate 2 (orders a second), --only node,cache, --store URI --store-stop COMMAND --store-start COMMAND',
  )
  .allowUnknownOption()
  .passThroughOptions()
  .action(async (flags) => (await import('./bad-days.ts')).badDays(flags));

program
  .command('token')
  .description('print a bearer token for scripts')
  .option('--customer <name>', 'as this customer')
  .option('--staff', 'as staff')
  .option('--data <dir>', 'the stack it is for', '.data')
  .action(async (options) => (await import('./token.ts')).token(options));

program
  .command('staff-account')
  .description('make a member of staff who signs in by e-mail and password, or a customer one again')
  .argument('<email>', 'whose account; where there is none it is made, with a password that is printed once')
  .option('--name <name>', 'of an account that is made', 'Staff')
  .option('--remove', 'take the rights of staff away')
  .option('--data <dir>', 'the stack it is for', '.data')
  .addHelpText('after', '\nElsewhere: MONGODB_URI of the gateway, and MONGODB_DATABASE (orderflow_gateway).')
  .action(async (email, options) => (await import('./staff-account.ts')).staffAccount(email, options));

program
  .command('audit')
  .description('check that all books of a running system agree; status 1 when they do not')
  .option('--changed', 'only what changed since the last audit')
  .option('--json', 'print the report as one JSON document')
  .option('--data <dir>', 'the stack to check', '.data')
  .option(
    '--url <api>',
    'the API of a system elsewhere, with a token of staff in ORDERFLOW_TOKEN; may be repeated, for several regions',
    collect,
    [],
  )
  .action(async (options) => (await import('./audit.ts')).audit(options));

program
  .command('status')
  .description('what runs, where, and whether all is well; status 1 when it is not')
  .option('--json', 'print it as one JSON document')
  .option('--data <dir>', 'the stack to look at', '.data')
  .option('--url <api>', 'the API of a system elsewhere, with a token of staff in ORDERFLOW_TOKEN')
  .action(async (options) => (await import('./status.ts')).status(options));

program
  .command('order')
  .description('one order whole: state, timeline, every event with what came of it, and what the logs say')
  .argument('<order>', 'its id, or what staff find it by: number, e-mail address, tracking number')
  .option('--json', 'print it as one JSON document')
  .option('--data <dir>', 'the stack it is in', '.data')
  .option('--url <api>', 'the API of a system elsewhere, with a token of staff in ORDERFLOW_TOKEN')
  .action(async (given, options) => (await import('./order.ts')).order(given, options));

program
  .command('forget')
  .description('erase the personal data of a customer, for good, and say what stays and why')
  .argument('<customer>', 'their id, or their e-mail address, also of a guest')
  .option('--dry-run', 'only say what would go and what would stay')
  .option('--reason <text>', 'why, without a name; kept on record', 'asked for by the customer')
  .option('--key <uuid>', 'of an erasure that broke off, to go on with it')
  .option('--json', 'print the answer as one JSON document')
  .option('--data <dir>', 'the stack it is in', '.data')
  .option('--url <api>', 'the API of a system elsewhere, with a token of staff in ORDERFLOW_TOKEN')
  .action(async (customer, options) => (await import('./forget.ts')).forget(customer, options));

program
  .command('observe')
  .description('Prometheus and Alertmanager, over a running stack')
  .option('--try', 'over a stack of its own in which everything goes wrong once: each alert has to arrive')
  .option('--data <dir>', 'the stack to watch', '.data')
  .action(async (options) => (await import('./observe.ts')).observe(options));

program
  .command('restart')
  .description('stop one process of a running stack, start it again and wait until it is ready')
  .argument('<process>', 'e.g. payment')
  .option('--data <dir>', 'the stack it is in', '.data')
  .action(async (name, options) => (await import('./restart.ts')).restart(name, options));

program
  .command('backfill')
  .description("replay stored events into one worker's queue, for a worker that has joined or hears more than before")
  .argument('<worker>', 'e.g. payment; all: each in turn')
  .option('--type <event>', 'only these, e.g. order.placed')
  .option('--since <time>', 'only events from this time on, as ISO 8601')
  .option('--rate <n>', 'events a second', '100')
  .option('--data <dir>', 'the stack it is about', '.data')
  .addHelpText(
    'after',
    '\nElsewhere: AMQP_URL with the credentials of the worker, MONGODB_URI with those of the auditor, and DATABASE_PREFIX.' +
      '\nA run that was broken off goes on when it is started again.',
  )
  .action(async (worker, options) => (await import('./backfill.ts')).backfill(worker, options));

program
  .command('backup')
  .description('copy the store and the broker definitions of a shop into a new folder, checked when it is restored')
  .argument('<folder>', 'where to; a new one, or an empty one')
  .option('--once', 'read it once, as it moves, instead of waiting for a moment of rest')
  .option('--data <dir>', 'the stack to copy, which has to run', '.data')
  .addHelpText('after', '\nElsewhere: MONGODB_URI of whoever reads all, DATABASE_PREFIX, RABBITMQ_MANAGEMENT_URL.')
  .action(async (folder, options) => (await import('./backup.ts')).backup(folder, options));

program
  .command('restore')
  .description('fill the store of a shop that is stopped from a backup')
  .argument('<folder>', 'the backup')
  .option('--force', 'replace the documents that are there')
  .option('--data <dir>', 'the stack to fill, which must not run', '.data')
  .addHelpText('after', '\nElsewhere: MONGODB_URI of whoever writes all, DATABASE_PREFIX, RABBITMQ_MANAGEMENT_URL.')
  .action(async (folder, options) => (await import('./restore.ts')).restore(folder, options));

const letters = program.command('dead-letters').description('see and settle what could not be handled');
const addressed = (command: Command): Command =>
  command
    .option('--data <dir>', 'the stack it is about', '.data')
    .option('--url <api>', 'the API of a system elsewhere, with a token of staff in ORDERFLOW_TOKEN');
const filtered = (command: Command): Command =>
  addressed(command)
    .option('--worker <name>', "in this worker's dead-letter queue")
    .option('--event <id>', 'this event')
    .option('--order <id>', 'about this order')
    .option('--type <fact>', 'of this kind, e.g. order.placed')
    .option('--class <name>', 'with this class of error')
    .option('--error <text>', 'whose error contains this text');
const moving = (command: Command): Command =>
  filtered(command)
    .option('--yes', 'do it; without it, only say what would happen')
    .option('--reason <text>', 'why; kept in the audit trail')
    .option('--limit <n>', 'at most so many', '1000');

filtered(letters.command('list', { isDefault: true }))
  .description('what is dead-lettered, by worker and error')
  .action(async (options) => (await import('./dead-letters.ts')).list(options));
addressed(letters.command('inspect <worker> <event>'))
  .description('one dead-lettered message with headers and body')
  .action(async (worker, event, options) => (await import('./dead-letters.ts')).inspect(worker, event, options));
moving(letters.command('redrive'))
  .description('hand them to their workers again')
  .option('--per-second <n>', 'no faster than this', '50')
  .action(async (options) => (await import('./dead-letters.ts')).redrive(options));
moving(letters.command('discard'))
  .description('remove them for good')
  .action(async (options) => (await import('./dead-letters.ts')).discard(options));

program
  .command('logs')
  .description('show the logs of all processes or of one')
  .argument('[process]', 'e.g. payment')
  .option('-f, --follow', 'go on as they grow')
  .option('--order <id>', 'what all of them say of this order, by time')
  .option('--data <dir>', 'the data directory', '.data')
  .action(async (name, options) => (await import('./logs.ts')).logs(name, options));

program
  .command('topology')
  .description('declare exchange and queues on AMQP_URL')
  .action(async () => (await import('./topology.ts')).topology());

program
  .command('screenshots')
  .description('take a picture of every page of the shop, in both themes and two widths')
  .option('--out <dir>', 'where the pictures go; default: .data/screenshots')
  .option('--only <text>', 'only pages whose names contain it')
  .action(async (options) => (await import('./screenshots.ts')).screenshots(options));

program
  .command('types')
  .description("pack the API's types and a client for other repositories")
  .option('--out <dir>', 'where the package goes; default: .data/types')
  .action(async (options) => (await import('./types.ts')).types(options));

program
  .command('docs')
  .description('write the generated documents anew')
  .option('--check', 'only say whether they are fresh')
  .action(async (options) => (await import('./docs.ts')).docs(options));
