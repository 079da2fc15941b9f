import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findBinary } from '../processes/binaries.ts';
import { installCommand } from './install.ts';
import { managementBeside } from './rabbitmq.ts';
import { applicationsIn, closure } from './rabbitmq-home.ts';

describe('the command that installs', () => {
  const debian = { aptGet: true, root: true, platform: 'linux' } as const;

  test('is apt-get, with sudo for who is not root', () => {
    const apt = 'apt-get install -y --no-install-recommends redis-server';
    expect(installCommand(['redis-server'], debian)).toBe(`apt-get update && ${apt}`);
    expect(installCommand(['redis-server'], { ...debian, root: false })).toBe(`sudo apt-get update && sudo ${apt}`);
  });

  test('is Homebrew on a Mac', () => {
    const mac = { aptGet: false, root: false, platform: 'darwin' } as const;
    expect(installCommand(['rabbitmq-server', 'redis-server'], mac)).toBe('brew install rabbitmq redis');
  });
});

describe('the slim RabbitMQ home', () => {
  test('an application file names what it requires', () => {
    const resource = `{application,ra,[{vsn,"2.2.0"},{applications,[kernel,\n stdlib, gen_batch_server,seshat]},{env,[]}]}.`;
    expect(applicationsIn(resource)).toEqual(['kernel', 'stdlib', 'gen_batch_server', 'seshat']);
  });

  test('what is required is followed to its end, also in a circle', () => {
    const requires: Record<string, string[]> = { rabbit: ['ra', 'ranch'], ra: ['seshat'], seshat: ['rabbit'] };
    expect([...closure(['rabbit'], (name) => requires[name] ?? [])]).toEqual(['rabbit', 'ra', 'ranch', 'seshat']);
  });
});

test('the management API is beside the broker, with the same user', () => {
  expect(managementBeside(new URL('amqp://shop:secret@broker.example:5673/vhost'))).toBe(
    'http://shop:secret@broker.example:15672',
  );
  expect(managementBeside(new URL('amqp://broker.example'))).toBe('http://guest:guest@broker.example:15672');
});

describe('looking for a binary', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'orderflow-path-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('finds an executable file, not a folder or a file that cannot be run', () => {
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    mkdirSync(join(first, 'no-such-server'), { recursive: true });
    mkdirSync(second);
    const path = `${first}:${second}`;
    writeFileSync(join(second, 'no-such-server'), '#!/bin/sh\n', { mode: 0o644 });
    expect(findBinary('no-such-server', path)).toBeUndefined();
    chmodSync(join(second, 'no-such-server'), 0o755);
    expect(findBinary('no-such-server', path)).toBe(join(second, 'no-such-server'));
  });
});
