/** What the server writes its few log lines to; pino fits. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export const silent: Logger = { info: () => {}, warn: () => {}, error: () => {} };
