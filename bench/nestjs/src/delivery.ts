import { AmqpConnection, RabbitSubscribe } from '@golevelup/nestjs-rabbitmq';
import { Injectable, Module, UsePipes } from '@nestjs/common';
import { InjectModel, MongooseModule, Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { EXCHANGE, env, infrastructure, quorum, say, validated, worker } from './common';
import { OrderMessage } from './messages';

@Schema({ collection: 'shipments', timestamps: true })
class Shipment {
  @Prop({ required: true, unique: true }) orderId!: string;
  @Prop({ required: true }) shipmentId!: string;
  @Prop({ required: true }) trackingNumber!: string;
  @Prop({ default: 'created' }) status!: string;
}
@Injectable()
class DeliveryService {
  constructor(
    @InjectModel(Shipment.name) private readonly shipments: Model<Shipment>,
    private readonly amqp: AmqpConnection,
  ) {}
  @RabbitSubscribe({
    exchange: EXCHANGE,
    routingKey: 'order.confirmed',
    queue: 'delivery.order-confirmed',
    queueOptions: quorum,
  })
  @UsePipes(validated)
  async onConfirmed(order: OrderMessage) {
    const { orderId, lines, address, contact, shippingMethod } = order;
    let shipment = await this.shipments.findOne({ orderId });
    if (!shipment) {
      const answer = await fetch(`${env.CARRIER_URL}/shipments`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${env.CARRIER_API_KEY}`,
          'idempotency-key': `shipment:${orderId}`,
        },
        body: JSON.stringify({
          reference: `${orderId}.1`,
          orderId,
          service: shippingMethod,
          lines: lines.map(({ sku, quantity, name }) => ({ sku, quantity, name })),
          recipient: address,
          contact,
        }),
      });
      if (!answer.ok) throw new Error(`The carrier answered ${answer.status}`);
      const { id, trackingNumber } = (await answer.json()) as { id: string; trackingNumber: string };
      shipment = await this.shipments.create({ orderId, shipmentId: id, trackingNumber });
    }
    await say(this.amqp, 'shipment.created', { orderId, trackingNumber: shipment.trackingNumber } as {
      orderId: string;
    });
  }
}
@Module({
  imports: [
    ...infrastructure('delivery'),
    MongooseModule.forFeature([{ name: Shipment.name, schema: SchemaFactory.createForClass(Shipment) }]),
  ],
  providers: [DeliveryService],
})
class DeliveryModule {}
worker(DeliveryModule);
