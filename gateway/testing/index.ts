export { type RedisServer, redisServers } from '../src/testing/redis-servers.ts';
