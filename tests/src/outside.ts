/** What the outside saw: the stand-ins' own records, read over HTTP. */
export interface Outside {
  /** PaymentIntents of an order, as Stripe has them. */
  intents(orderId: string): Promise<{ id: string; status: string; amount: number; amount_received: number }[]>;
  /** What was given back for an order, in minor units, as Stripe has it. */
  refunded(orderId: string): Promise<number>;
  /** Answers a 3-D Secure challenge as the customer at the bank would. */
  authenticate(intentId: string, outcome: 'succeed' | 'fail'): Promise<void>;
  /** Somebody cancels an intent in Stripe's dashboard. */
  cancelIntent(intentId: string): Promise<void>;
  /** What Stripe or its dashboard does to a payment; `control` of a dispute or a review as its README says. */
  stripeControl(path: string, body?: object): Promise<{ id: string }>;
  /** The carrier scans the shipment with this reference. */
  scan(reference: string, status: string): Promise<void>;
  /** Subjects of the mails that reached this address, sorted. */
  mails(to: string): Promise<string[]>;
  /** The plain text of the latest mail that reached this address; undefined: none has. */
  mailText(to: string): Promise<string | undefined>;
  /** Every mail there is, as `recipient: subject`. */
  allMails(): Promise<string[]>;
  /** Bodies of the SMS sent to this number. */
  texts(to: string): Promise<string[]>;
  control(service: 'stripe' | 'carrier' | 'twilio' | 'mailbox', switches: object): Promise<void>;
}

interface Addresses {
  readonly stripe?: string;
  readonly twilio?: string;
  readonly carrier?: string;
  readonly mailbox?: string;
}

const STRIPE_KEY = 'sk_test_orderflow_emulator';
const CARRIER_KEY = 'orderflow_emulator_key';

export function outsideOf(addresses: Addresses): Outside {
  const json = async (url: string, init?: RequestInit) => {
    const response = await fetch(url, init);
    if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
    return response.json() as Promise<never>;
  };
  const mailsAt = async (query: string): Promise<{ to: string[]; subject: string }[]> =>
    ((await json(`${addresses.mailbox}/api/messages${query}`)) as { messages: [] }).messages;

  const post = (url: string, body: object) =>
    json(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  return {
    refunded: async (orderId) => {
      const query = encodeURIComponent(`metadata['orderId']:'${orderId}'`);
      const headers = { authorization: `Bearer ${STRIPE_KEY}` };
      const intents = await json(`${addresses.stripe}/v1/payment_intents/search?query=${query}`, { headers });
      let sum = 0;
      for (const { id } of (intents as { data: { id: string }[] }).data) {
        const { data } = (await json(`${addresses.stripe}/v1/refunds?payment_intent=${id}`, { headers })) as {
          data: { amount: number; status: string }[];
        };
        sum += data.filter(({ status }) => status === 'succeeded').reduce((all, { amount }) => all + amount, 0);
      }
      return sum;
    },
    authenticate: async (intentId, outcome) =>
      post(`${addresses.stripe}/_control/payment_intents/${intentId}/authenticate`, { outcome }),
    cancelIntent: async (intentId) => {
      const headers = { authorization: `Bearer ${STRIPE_KEY}` };
      await json(`${addresses.stripe}/v1/payment_intents/${intentId}/cancel`, { method: 'POST', headers });
    },
    stripeControl: (path, body = {}) => post(`${addresses.stripe}/_control/${path}`, body),
    scan: async (reference, status) => {
      const headers = { authorization: `Bearer ${CARRIER_KEY}` };
      const found = await json(`${addresses.carrier}/shipments?reference=${encodeURIComponent(reference)}`, {
        headers,
      });
      const [shipment] = (found as { shipments: { id: string }[] }).shipments;
      if (!shipment) throw new Error(`The carrier has no shipment ${reference}`);
      await post(`${addresses.carrier}/_control/shipments/${shipment.id}/scan`, { status });
    },
    intents: async (orderId) => {
      const query = encodeURIComponent(`metadata['orderId']:'${orderId}'`);
      const headers = { authorization: `Bearer ${STRIPE_KEY}` };
      const found = await json(`${addresses.stripe}/v1/payment_intents/search?query=${query}&limit=100`, { headers });
      return (found as { data: [] }).data;
    },
    mails: async (to) => (await mailsAt(`?to=${encodeURIComponent(to)}`)).map(({ subject }) => subject).sort(),
    mailText: async (to) => {
      const [latest] = (await mailsAt(`?to=${encodeURIComponent(to)}`)) as unknown as { id: string }[];
      return latest && ((await json(`${addresses.mailbox}/api/messages/${latest.id}`)) as { text: string }).text;
    },
    allMails: async () => (await mailsAt('')).map(({ to, subject }) => `${to.join()}: ${subject}`),
    texts: async (to) => {
      const sid = `AC${'0'.repeat(32)}`;
      const authorization = `Basic ${Buffer.from(`${sid}:orderflow_emulator_token`).toString('base64')}`;
      const url = `${addresses.twilio}/2010-04-01/Accounts/${sid}/Messages.json?To=${encodeURIComponent(to)}`;
      return ((await json(url, { headers: { authorization } })) as { messages: { body: string }[] }).messages.map(
        (m) => m.body,
      );
    },
    control: async (service, switches) => {
      const headers = { 'content-type': 'application/json' };
      await json(`${addresses[service]}/_control`, { method: 'PUT', headers, body: JSON.stringify(switches) });
    },
  };
}
