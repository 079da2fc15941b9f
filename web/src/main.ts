import { pino } from 'pino';
import { ConfigError, config } from './config.ts';

// Next and React choose their build by it, and read it when they are first imported.
Object.assign(process.env, { NODE_ENV: process.env.NODE_ENV || 'production', NEXT_TELEMETRY_DISABLED: '1' });

try {
  const { startWeb } = await import('./server/start-web.ts');
  const log = pino({ name: 'web', level: config().LOG_LEVEL });
  const web = await startWeb(config(), log);
  log.info({ url: web.url }, 'web is ready');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      void web.close().then(() => process.exit(0));
    });
  }
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : error}\n`);
  process.exit(1);
}
