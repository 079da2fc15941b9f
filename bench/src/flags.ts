import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<O extends Options> = ReturnType<typeof parseArgs<{ options: O }>>['values'];

/** A benchmark's flags. With `--help` they are listed, with one that it does not know named: the process ends. */
export function flagsOf<const O extends Options>(options: O): Values<O> {
  const usage = Object.entries(options).map(([name, { default: usual }]) => `  --${name} ${usual || '…'}`);
  const known = { ...options, help: { type: 'boolean', default: false } } as const;
  try {
    const { values } = parseArgs({ options: known });
    if (!(values as { help?: boolean }).help) return values as unknown as Values<O>;
    console.info(['Its flags, as they are by default:', ...usage].join('\n'));
    process.exit(0);
  } catch (error) {
    console.error([(error as Error).message, 'Its flags, as they are by default:', ...usage].join('\n'));
    process.exit(1);
  }
}
