import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentReport } from '../report.ts';
import { waitUntil } from '../wait.ts';
import { type Children, createChildren } from './children.ts';
import { identify, isRunning } from './identity.ts';
import { claimDataDir } from './orphans.ts';
import { createRunFile, type RunFile, readRunRecord } from './run-record.ts';
import { supervise } from './supervised.ts';
import { watch } from './watched.ts';

const SLEEP = { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1e6)'], env: { PATH: '' } };
const STUBBORN = {
  ...SLEEP,
  args: ['-e', `process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1e6)`],
};

let dataDir: string;
let run: RunFile;
let children: Children;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'orderflow-spec-'));
  run = createRunFile(dataDir, 'test');
  children = createChildren(dataDir, run);
});
afterEach(async () => {
  await children.killAll();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('children', () => {
  test('are written down while they live, and log to a file of their own', async () => {
    const child = children.start({
      ...SLEEP,
      name: 'talker',
      args: ['-e', `console.log('hello'); setInterval(() => {}, 1e6)`],
    });
    expect(readRunRecord(dataDir)?.processes).toEqual([{ name: 'talker', ...child.identity }]);
    await waitUntil(() => readFileSync(child.logFile, 'utf8') === 'hello\n', { what: 'log', timeoutMs: 10_000 });
    await child.stop(10_000);
    expect(isRunning(child.identity)).toBe(false);
    expect(readRunRecord(dataDir)?.processes).toEqual([]);
  });

  test('that ignore SIGTERM are killed after the bound', async () => {
    const child = children.start({ ...STUBBORN, name: 'stubborn' });
    await waitUntil(() => readFileSync(child.logFile, 'utf8') === 'up\n', { what: 'log', timeoutMs: 10_000 });
    expect(await child.stop(100)).toEqual({ code: null, signal: 'SIGKILL' });
  });
});

describe('a data directory', () => {
  test('of a run that lives is not taken', async () => {
    const other = children.start({ ...SLEEP, name: 'other run' });
    writeRecord({ supervisor: other.identity, command: 'up', processes: [] });
    await expect(claimDataDir(dataDir, silentReport())).rejects.toThrow(
      `A stack already runs on ${dataDir} (./run up, process ${other.identity.pid})`,
    );
  });

  test('of a run that died is taken, and what it left is stopped', async () => {
    const orphan = children.start({ ...SLEEP, name: 'orphan' });
    writeRecord({
      supervisor: { pid: 1, started: 'long ago' },
      command: 'up',
      processes: [{ name: 'orphan', ...orphan.identity }],
    });
    await claimDataDir(dataDir, silentReport());
    expect(isRunning(orphan.identity)).toBe(false);
  });

  test('whose record names a process id that another process has now leaves that one alone', async () => {
    const stranger = children.start({ ...SLEEP, name: 'stranger' });
    const recorded = { name: 'payment', pid: stranger.identity.pid, started: 'at another time' };
    writeRecord({ supervisor: { pid: 1, started: 'long ago' }, command: 'up', processes: [recorded] });
    await claimDataDir(dataDir, silentReport());
    expect(isRunning(stranger.identity)).toBe(true);
  });

  test('with a torn record is taken', async () => {
    writeFileSync(join(dataDir, 'run.json'), '{"supervisor": {"pid');
    await expect(claimDataDir(dataDir, silentReport())).resolves.toBeUndefined();
  });

  function writeRecord(record: object): void {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'run.json'), JSON.stringify(record));
  }
});

describe('a supervised process', () => {
  const healthy = `require('http').createServer((q, s) => s.end('ok')).listen(process.env.HEALTH_PORT, '127.0.0.1')`;

  async function supervised(restart: boolean, onUnexpectedEnd: (why: string) => void = () => {}) {
    const port = await unusedPort();
    const env = { PATH: '', HEALTH_PORT: `${port}` };
    const request = { name: 'worker', command: process.execPath, args: ['-e', healthy], env };
    return supervise(children, { request, readyUrl: `http://127.0.0.1:${port}/`, restart, onUnexpectedEnd });
  }

  test('is started again after kill -9 where that is the policy', async () => {
    const worker = await supervised(true);
    await worker.start();
    const first = worker.pid;
    await worker.kill('SIGKILL');
    await waitUntil(() => worker.starts === 2, { what: 'second life', timeoutMs: 10_000 });
    await worker.ready();
    expect(worker.pid).not.toBe(first);
    await worker.stop();
    expect(worker.pid).toBeUndefined();
    expect(worker.starts).toBe(2);
  });

  test('is left and told of where it is not', async () => {
    const said: string[] = [];
    const worker = await supervised(false, (why) => said.push(why));
    await worker.start();
    await worker.kill('SIGKILL');
    await waitUntil(() => said.length === 1, { what: 'the news', timeoutMs: 10_000 });
    expect(said[0]).toContain('worker was killed with SIGKILL');
    expect(worker.starts).toBe(1);
  });

  test('that ends while it starts fails the start with its last words', async () => {
    const request = {
      ...SLEEP,
      name: 'broken',
      args: ['-e', `console.error('AMQP_URL is not set'); process.exit(78)`],
    };
    const broken = supervise(children, { request, readyUrl: 'http://127.0.0.1:9/', restart: false });
    await expect(broken.start()).rejects.toThrow(/broken: ended with status 78 \("AMQP_URL is not set"\)/);
  });
});

test('a process is told apart from another by its start, and a dead one is nobody', async () => {
  const child = children.start({ ...SLEEP, name: 'one' });
  expect(identify(child.identity.pid)).toEqual(child.identity);
  expect(isRunning({ ...child.identity, started: 'before' })).toBe(false);
  await child.stop(10_000);
  expect(identify(child.identity.pid)).toBeUndefined();
});

async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a server that dies unasked', () => {
  async function watched(restart: boolean) {
    const said: string[] = [];
    const server = children.start({ ...SLEEP, name: 'server' });
    let lives = 1;
    const report = { ...silentReport((text) => said.push(text)), line: (text: string) => said.push(text) };
    const again = async () => {
      lives += 1;
    };
    watch({ report, restart }, server, () => !server.stopping(), again);
    return { server, said, lives: () => lives };
  }

  test('is told of, and what its log ends with is not taken for the reason', async () => {
    const { server, said, lives } = await watched(false);
    server.signal('SIGKILL');
    await waitUntil(() => said.length === 1, { what: 'the news', timeoutMs: 10_000 });
    expect(said).toEqual([`server was killed with SIGKILL; the log is ${server.logFile}`]);
    expect(lives()).toBe(1);
  });

  test('is started again where that is wanted', async () => {
    const { server, said, lives } = await watched(true);
    server.signal('SIGKILL');
    await waitUntil(() => said.includes('server runs again'), { what: 'a second life', timeoutMs: 10_000 });
    expect(lives()).toBe(2);
  });

  test('is not, when we have stopped it ourselves', async () => {
    const { server, said } = await watched(true);
    await server.stop(5_000);
    expect(said).toEqual([]);
  });
});
