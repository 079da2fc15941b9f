import { AmqpConnection, RabbitSubscribe } from '@golevelup/nestjs-rabbitmq';
import { Injectable, Module, UsePipes } from '@nestjs/common';
import { InjectModel, MongooseModule, Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import Stripe from 'stripe';
import { EXCHANGE, env, infrastructure, quorum, say, validated, worker } from './common';
import { OrderMessage } from './messages';

@Schema({ collection: 'payments', timestamps: true })
class Payment {
  @Prop({ required: true, unique: true }) orderId!: string;
  @Prop({ required: true }) intentId!: string;
  @Prop({ required: true }) status!: string;
  @Prop({ required: true }) amount!: number;
}
const { hostname, port } = new URL(env.STRIPE_API_URL);
const stripe = new Stripe(env.STRIPE_API_KEY, { host: hostname, port: Number(port), protocol: 'http' });

@Injectable()
class PaymentService {
  constructor(
    @InjectModel(Payment.name) private readonly payments: Model<Payment>,
    private readonly amqp: AmqpConnection,
  ) {}
  @RabbitSubscribe({
    exchange: EXCHANGE,
    routingKey: 'inventory.reserved',
    queue: 'payment.inventory-reserved',
    queueOptions: quorum,
  })
  @UsePipes(validated)
  async onReserved({ orderId, total, currency, paymentMethod }: OrderMessage) {
    let payment = await this.payments.findOne({ orderId });
    if (!payment) {
      const intent = await stripe.paymentIntents.create(
        {
          amount: total,
          currency: currency.toLowerCase(),
          capture_method: 'manual',
          confirm: true,
          payment_method: paymentMethod,
          automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
          metadata: { orderId },
        },
        { idempotencyKey: orderId },
      );
      payment = await this.payments.create({ orderId, intentId: intent.id, status: intent.status, amount: total });
    }
    await say(this.amqp, 'payment.authorized', { orderId, intentId: payment.intentId } as { orderId: string });
  }
}
@Module({
  imports: [
    ...infrastructure('payment'),
    MongooseModule.forFeature([{ name: Payment.name, schema: SchemaFactory.createForClass(Payment) }]),
  ],
  providers: [PaymentService],
})
class PaymentModule {}
worker(PaymentModule);
