import { failPlainly } from './commands/fail.ts';
import { program } from './commands/program.ts';

// Whoever reads it may have seen enough: `./run logs --order ID | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

await program.parseAsync(process.argv).catch(failPlainly);
