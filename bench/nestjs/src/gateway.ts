import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import { Body, Controller, HttpCode, Injectable, Module, Post, UnprocessableEntityException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectModel, MongooseModule } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { env, infrastructure, say, validated } from './common';
import { PlaceOrderDto } from './messages';
import { Order, OrderSchema } from './order.schema';

const products = new Map<string, { name: string; price: { amount: number } }>(
  JSON.parse(readFileSync(env.CATALOGUE_SEED, 'utf8')).map((p: { sku: string }) => [p.sku, p]),
);

@Injectable()
class OrdersService {
  constructor(
    @InjectModel(Order.name) private readonly orders: Model<Order>,
    private readonly amqp: AmqpConnection,
  ) {}
  async place(input: PlaceOrderDto) {
    const earlier = await this.orders.findOne({ customerId: 'bench', idempotencyKey: input.idempotencyKey });
    if (earlier) return { order: { id: earlier.orderId } };
    const lines = input.lines.map(({ sku, quantity }) => {
      const product = products.get(sku);
      if (!product) throw new UnprocessableEntityException(`There is no ${sku}`);
      return { sku, quantity, name: product.name, unitPrice: product.price.amount };
    });
    const total = lines.reduce((sum, l) => sum + l.unitPrice * l.quantity, 490);
    const { address, contact, shippingMethod, paymentMethod, currency, idempotencyKey } = input;
    const order = {
      orderId: randomUUID(),
      customerId: 'bench',
      lines,
      total,
      address,
      contact,
      shippingMethod,
      paymentMethod,
      currency,
    };
    await this.orders.create({ ...order, idempotencyKey });
    await say(this.amqp, 'order.placed', order);
    return { order: { id: order.orderId } };
  }
}
@Controller('orders')
class OrdersController {
  constructor(private readonly service: OrdersService) {}
  @Post() place(@Body() input: PlaceOrderDto) {
    return this.service.place(input);
  }
}
@Controller('webhooks')
class WebhooksController {
  @Post(':provider') @HttpCode(200) take() {}
}
@Module({
  imports: [...infrastructure('gateway'), MongooseModule.forFeature([{ name: Order.name, schema: OrderSchema }])],
  controllers: [OrdersController, WebhooksController],
  providers: [OrdersService],
})
class GatewayModule {}

NestFactory.create(GatewayModule, { logger: ['error', 'warn'] }).then(async (app) => {
  app.useGlobalPipes(validated);
  await app.listen(Number(env.PORT), '127.0.0.1');
  process.once('SIGTERM', () => process.exit(0));
  console.log('ready');
});
