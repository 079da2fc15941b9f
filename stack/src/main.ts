import { failPlainly } from './commands/fail.ts';
import { program } from './commands/program.ts';

await program.parseAsync(process.argv).catch(failPlainly);
