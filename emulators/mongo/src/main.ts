import { parseConfig } from './config.ts';
import { startMongo } from './index.ts';

const say = (level: string) => (message: string) => process.stderr.write(`${level}: ${message}\n`);
const logger = { info: say('info'), warn: say('warn'), error: say('error') };

try {
  const mongo = await startMongo({ ...parseConfig(process.argv.slice(2)), logger });
  process.stdout.write(`mongo listening on ${mongo.uri}\n`);
  const stop = () => void mongo.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  logger.error((error as Error).message);
  process.exit(1);
}
