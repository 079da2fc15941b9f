import ora from 'ora';
import pc from 'picocolors';

/** Where the stack says what it does: spinners on a terminal, one plain line for each thing otherwise. */
export interface Report {
  /** A thing that takes a while: `work` runs under a spinner; `done` words its end. */
  step<T>(text: string, work: () => Promise<T>, done?: (result: T) => string): Promise<T>;
  line(text: string): void;
  warn(text: string): void;
}

/** @param stream where to write; standard error where standard output carries a document (`--json`) */
export function consoleReport(stream: NodeJS.WriteStream = process.stdout): Report {
  const write = (text: string) => stream.write(`${text}\n`);
  const warn = (text: string) => write(pc.yellow(`! ${text}`));
  if (!stream.isTTY || process.env.CI) {
    return {
      line: write,
      warn,
      step: async (text, work, done) => {
        if (!done) write(text);
        const result = await work();
        if (done) write(done(result));
        return result;
      },
    };
  }
  return {
    line: write,
    warn,
    step: async (text, work, done) => {
      const spinner = ora({ text, stream }).start();
      try {
        const result = await work();
        spinner.succeed(done?.(result) ?? text);
        return result;
      } catch (error) {
        spinner.fail(text);
        throw error;
      }
    },
  };
}

/** For tests and programs that want no words. Warnings go to `onWarn`. */
export function silentReport(onWarn: (text: string) => void = () => {}): Report {
  return { line: () => {}, warn: onWarn, step: (_text, work) => work() };
}
