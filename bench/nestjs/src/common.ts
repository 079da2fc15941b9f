/**
 * The main road as a competent team writes it in NestJS in a week: validated messages, a look before each insert, and a failed
 * message is put back into its queue. No inbox, outbox, deadlines, dead letters, traces or audit.
 */
import 'reflect-metadata';
import { AmqpConnection, RabbitMQModule } from '@golevelup/nestjs-rabbitmq';
import { type DynamicModule, type Type, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';

export const env = process.env as Record<string, string>;
export const EXCHANGE = 'orders';
export const quorum = { durable: true, arguments: { 'x-queue-type': 'quorum' } };
export const validated = new ValidationPipe({ transform: true, whitelist: true });

export function infrastructure(database: string): DynamicModule[] {
  return [
    MongooseModule.forRoot(env.MONGODB_URI, {
      dbName: `${env.DATABASE_PREFIX}${database}`,
      writeConcern: { w: 'majority', journal: true },
    }),
    RabbitMQModule.forRoot({
      uri: env.AMQP_URL,
      exchanges: [{ name: EXCHANGE, type: 'topic', options: { durable: true } }],
      prefetchCount: 10,
      connectionInitOptions: { wait: true, timeout: 20_000 },
      enableControllerDiscovery: true,
    }),
  ];
}

export const say = (amqp: AmqpConnection, type: string, body: { orderId: string }) =>
  amqp.publish(EXCHANGE, type, body, { persistent: true, correlationId: body.orderId });

export async function worker(module: Type<unknown>): Promise<void> {
  await NestFactory.createApplicationContext(module, { logger: ['error', 'warn'] });
  process.once('SIGTERM', () => process.exit(0));
  console.log('ready');
}
