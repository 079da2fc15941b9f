import { readFileSync } from 'node:fs';
import { AmqpConnection, RabbitSubscribe } from '@golevelup/nestjs-rabbitmq';
import { Injectable, Module, UsePipes } from '@nestjs/common';
import { InjectModel, MongooseModule, Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { EXCHANGE, env, infrastructure, quorum, say, validated, worker } from './common';
import { OrderMessage } from './messages';

@Schema({ collection: 'stock' })
class Stock {
  @Prop({ required: true, unique: true }) sku!: string;
  @Prop({ required: true }) available!: number;
  @Prop({ default: 0 }) held!: number;
}
@Schema({ collection: 'reservations', timestamps: true })
class Reservation {
  @Prop({ required: true, unique: true }) orderId!: string;
  @Prop({ type: [{ sku: String, quantity: Number, _id: false }] }) lines!: { sku: string; quantity: number }[];
  @Prop({ default: 'held' }) status!: string;
}
@Injectable()
class InventoryService {
  constructor(
    @InjectModel(Stock.name) private readonly stock: Model<Stock>,
    @InjectModel(Reservation.name) private readonly reservations: Model<Reservation>,
    private readonly amqp: AmqpConnection,
  ) {}
  async onModuleInit() {
    const seed = JSON.parse(readFileSync(env.CATALOGUE_SEED, 'utf8'));
    await this.stock.insertMany(seed.map(({ sku }: { sku: string }) => ({ sku, available: 10_000_000 })));
  }
  @RabbitSubscribe({
    exchange: EXCHANGE,
    routingKey: 'order.placed',
    queue: 'inventory.order-placed',
    queueOptions: quorum,
  })
  @UsePipes(validated)
  async onOrderPlaced(order: OrderMessage) {
    const earlier = await this.reservations.findOne({ orderId: order.orderId });
    if (!earlier) {
      for (const { sku, quantity } of order.lines) {
        const { matchedCount } = await this.stock.updateOne(
          { sku, available: { $gte: quantity } },
          { $inc: { available: -quantity, held: quantity } },
        );
        if (matchedCount === 0) throw new Error(`${sku} is out of stock`);
      }
      await this.reservations.create({ orderId: order.orderId, lines: order.lines });
    }
    await say(this.amqp, 'inventory.reserved', order);
  }
}
@Module({
  imports: [
    ...infrastructure('inventory'),
    MongooseModule.forFeature([
      { name: Stock.name, schema: SchemaFactory.createForClass(Stock) },
      { name: Reservation.name, schema: SchemaFactory.createForClass(Reservation) },
    ]),
  ],
  providers: [InventoryService],
})
class InventoryModule {}
worker(InventoryModule);
