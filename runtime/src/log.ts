import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on standard output. Secrets that an error or object may carry are removed by path. */
export function createLog(service: string, level: string): Logger {
  return pino({
    level,
    base: { service, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['*.authorization', '*.cookie', '*.password', '*.client_secret', '*.token'], censor: '(removed)' },
  });
}
