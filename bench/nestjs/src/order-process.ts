import { AmqpConnection, RabbitSubscribe } from '@golevelup/nestjs-rabbitmq';
import { Injectable, Module, UsePipes } from '@nestjs/common';
import { InjectModel, MongooseModule } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { EXCHANGE, infrastructure, quorum, say, validated, worker } from './common';
import { PaymentAuthorizedMessage, ShipmentCreatedMessage } from './messages';
import { Order, OrderSchema } from './order.schema';

@Injectable()
class OrderProcessService {
  constructor(
    @InjectModel(Order.name) private readonly orders: Model<Order>,
    private readonly amqp: AmqpConnection,
  ) {}
  @RabbitSubscribe({
    exchange: EXCHANGE,
    routingKey: 'payment.authorized',
    queue: 'order-process.payment-authorized',
    queueOptions: quorum,
  })
  @UsePipes(validated)
  async onAuthorized({ orderId, intentId }: PaymentAuthorizedMessage) {
    const order = await this.orders.findOne({ orderId });
    if (!order) throw new Error(`There is no order ${orderId}`);
    if (order.status === 'pending') {
      order.status = 'confirmed';
      order.intentId = intentId;
      await order.save();
    }
    const { _id, __v, idempotencyKey, createdAt, updatedAt, ...message } = order.toObject() as never as Record<
      string,
      unknown
    >;
    await say(this.amqp, 'order.confirmed', message as { orderId: string });
  }
  @RabbitSubscribe({
    exchange: EXCHANGE,
    routingKey: 'shipment.created',
    queue: 'order-process.shipment-created',
    queueOptions: quorum,
  })
  @UsePipes(validated)
  async onShipped({ orderId, trackingNumber }: ShipmentCreatedMessage) {
    const order = await this.orders.findOne({ orderId });
    if (!order) throw new Error(`There is no order ${orderId}`);
    order.shipment = 'created';
    order.trackingNumber = trackingNumber;
    await order.save();
  }
}
@Module({
  imports: [...infrastructure('gateway'), MongooseModule.forFeature([{ name: Order.name, schema: OrderSchema }])],
  providers: [OrderProcessService],
})
class OrderProcessModule {}
worker(OrderProcessModule);
