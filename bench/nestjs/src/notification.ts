import { RabbitSubscribe } from '@golevelup/nestjs-rabbitmq';
import { Injectable, Module, UsePipes } from '@nestjs/common';
import { InjectModel, MongooseModule, Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { createTransport } from 'nodemailer';
import { EXCHANGE, env, infrastructure, quorum, validated, worker } from './common';
import { confirmation } from './confirmation';
import { OrderMessage } from './messages';

@Schema({ collection: 'mails', timestamps: true })
class Mail {
  @Prop({ required: true, unique: true }) orderId!: string;
  @Prop({ required: true }) kind!: string;
}
const transport = createTransport({ url: env.SMTP_URL, pool: true });

@Injectable()
class NotificationService {
  constructor(@InjectModel(Mail.name) private readonly mails: Model<Mail>) {}
  @RabbitSubscribe({
    exchange: EXCHANGE,
    routingKey: 'order.confirmed',
    queue: 'notification.order-confirmed',
    queueOptions: quorum,
  })
  @UsePipes(validated)
  async onConfirmed(order: OrderMessage) {
    if (await this.mails.findOne({ orderId: order.orderId })) return;
    await transport.sendMail({ from: env.MAIL_FROM, ...confirmation(order) });
    await this.mails.create({ orderId: order.orderId, kind: 'order_confirmed' });
  }
}
@Module({
  imports: [
    ...infrastructure('notification'),
    MongooseModule.forFeature([{ name: Mail.name, schema: SchemaFactory.createForClass(Mail) }]),
  ],
  providers: [NotificationService],
})
class NotificationModule {}
worker(NotificationModule);
