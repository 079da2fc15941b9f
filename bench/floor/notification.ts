import nodemailer from 'nodemailer';
import { confirmation } from './confirmation.ts';
import { broker, type Document, ready, store, variable } from './floor.ts';

const mails = (await store('notification')).collection<Document>('mails');
const transport = nodemailer.createTransport({ url: variable('SMTP_URL'), pool: true, maxConnections: 5 });

await broker('notification', {
  'order.confirmed': async (order) => {
    await transport.sendMail({ from: variable('MAIL_FROM'), ...confirmation(order) });
    await mails.insertOne({ _id: order.orderId, kind: 'order_confirmed', at: new Date() });
  },
});
ready();
