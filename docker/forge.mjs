// Run by rehearse.sh inside a container, where the broker can be reached: every user of the broker, and the administrator,
// says that an order is paid. Prints how many messages the broker took; the rest it refused.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

const { connect } = createRequire('/app/runtime/package.json')('amqplib');
// rehearse.sh puts this before the script, so that no password is on a command line.
const { passwords, orderId } = globalThis.given;
const fact = () => ({
  specversion: '1.0',
  id: randomUUID(),
  source: '/payment',
  type: 'payment.authorized',
  subject: orderId,
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  dataschema: 'urn:orderflow:payment.authorized:v1',
  region: 'local',
  data: {
    amount: { amount: 1, currency: 'EUR' },
    captureBefore: new Date(Date.now() + 86_400_000).toISOString(),
    intentId: 'pi_forged',
  },
});

/** Whether the broker takes the message. */
async function takes(user, exchange, routingKey, userId) {
  const url = `amqp://${user}:${passwords[user]}@rabbitmq:5672/orderflow`;
  const connection = await connect(url, { timeout: 10_000 });
  connection.on('error', () => {});
  try {
    const channel = await connection.createConfirmChannel();
    const refused = new Promise((resolve) => channel.once('error', () => resolve(false)));
    const event = fact();
    const properties = { messageId: event.id, correlationId: event.subject, type: event.type, persistent: true };
    channel.publish(exchange, routingKey, Buffer.from(JSON.stringify(event)), { ...properties, userId });
    return await Promise.race([
      refused,
      channel.waitForConfirms().then(
        () => true,
        () => refused,
      ),
    ]);
  } finally {
    await connection.close();
  }
}

let taken = 0;
for (const user of Object.keys(passwords)) {
  const ways = [
    ...(user === 'payment' ? [] : [['orders', 'payment.authorized', undefined]]),
    ...(user === 'payment' ? [] : [['orders', 'payment.authorized', user]]),
    ...(user === 'payment' ? [] : [['orders', 'payment.authorized', 'payment']]),
    ['orders.queues', 'order-process', user],
    ['', 'order-process', user],
  ];
  const answers = [];
  for (const [exchange, key, userId] of ways) answers.push(await takes(user, exchange, key, userId));
  taken += answers.filter(Boolean).length;
  console.error(`${user}: the broker took ${answers.filter(Boolean).length} of ${ways.length}`);
}
console.log(taken);
