export type { Logger } from './logger.ts';
export { type MongoOptions, type RunningMongo, startMongo } from './server.ts';
