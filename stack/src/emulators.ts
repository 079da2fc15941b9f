import { join } from 'node:path';
import { STRIPE_EVENT_TYPES } from '@orderflow/contracts';
import { ROOT } from './paths.ts';
import { accepts, freePort, portNear } from './ports.ts';
import { whyItEnded } from './processes/child.ts';
import { NODE_FLAGS, nodeCache } from './processes/node-flags.ts';
import { watch } from './processes/watched.ts';
import type { Site } from './providers/provider.ts';
import type { Secrets } from './secrets.ts';
import { waitUntil } from './wait.ts';

const READY_MS = 60_000;
const HOST = '127.0.0.1';
const STRIPE_KEY = 'sk_test_orderflow_emulator';
const TWILIO_SID = `AC${'0'.repeat(32)}`;
const TWILIO_TOKEN = 'orderflow_emulator_token';
const CARRIER_KEY = 'orderflow_emulator_key';

export interface EmulatorOptions {
  /** How much faster than real time parcels travel; 3600 makes an hour a second. */
  readonly carrierSpeed?: number;
}

/** Where the stand-ins listen; undefined where the real service is used. Each has switches at `/_control`. */
export interface EmulatorAddresses {
  readonly stripe?: string;
  readonly twilio?: string;
  readonly carrier?: string;
  readonly mailbox?: string;
  readonly smtp?: string;
}

export interface Emulators {
  readonly addresses: EmulatorAddresses;
  /** The variables that point the workers at the stand-ins. */
  readonly env: Readonly<Record<string, string>>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Starts a stand-in for every outside service that the environment has no key or address for. */
export async function startEmulators(
  site: Site,
  secrets: Secrets,
  gatewayPort: number,
  options: EmulatorOptions,
  env: Env,
): Promise<Emulators> {
  const starting: Promise<Partial<Emulators>>[] = [];
  const webhook = (provider: string) => `http://${HOST}:${gatewayPort}/webhooks/${provider}`;
  if (!env.STRIPE_API_KEY) starting.push(startStripe(site, secrets, webhook('stripe')));
  if (!env.TWILIO_ACCOUNT_SID) starting.push(startTwilio(site));
  if (!env.SMTP_URL) starting.push(startMailbox(site, secrets, webhook('mail')));
  if (!env.CARRIER_URL) starting.push(startCarrier(site, secrets, webhook('carrier'), options.carrierSpeed));
  const started = await Promise.all(starting);
  return {
    addresses: Object.assign({}, ...started.map((one) => one.addresses)),
    env: Object.assign({}, ...started.map((one) => one.env)),
  };
}

async function startStripe(site: Site, secrets: Secrets, webhook: string): Promise<Emulators> {
  const variables = { API_KEY: STRIPE_KEY, WEBHOOK_SECRET: secrets.stripeWebhookSecret };
  const url = await start(site, 'stripe', 12_111, variables, {
    'webhook-url': webhook,
    events: STRIPE_EVENT_TYPES.join(),
  });
  return { addresses: { stripe: url }, env: { STRIPE_API_URL: url, STRIPE_API_KEY: STRIPE_KEY } };
}

async function startTwilio(site: Site): Promise<Emulators> {
  const url = await start(site, 'twilio', 8_010, { AUTH_TOKEN: TWILIO_TOKEN }, { 'account-sid': TWILIO_SID });
  const account = { TWILIO_ACCOUNT_SID: TWILIO_SID, TWILIO_AUTH_TOKEN: TWILIO_TOKEN, TWILIO_FROM: '+15005550006' };
  return { addresses: { twilio: url }, env: { TWILIO_API_URL: url, ...account } };
}

async function startMailbox(site: Site, secrets: Secrets, webhook: string): Promise<Emulators> {
  const smtpPort = await (site.ephemeral ? freePort() : portNear(1_025));
  const variables = { WEBHOOK_SECRET: secrets.mailWebhookSecret };
  const url = await start(site, 'mailbox', 8_025, variables, { 'smtp-port': `${smtpPort}`, 'webhook-url': webhook });
  const smtp = `smtp://${HOST}:${smtpPort}`;
  return {
    addresses: { mailbox: url, smtp },
    env: { SMTP_URL: smtp, MAIL_LOOKUP_URL: url, MAILBOX_URL: url, MAIL_FROM: 'Orderflow <orders@orderflow.example>' },
  };
}

async function startCarrier(site: Site, secrets: Secrets, webhook: string, speed = 3_600): Promise<Emulators> {
  const variables = { API_KEY: CARRIER_KEY, WEBHOOK_SECRET: secrets.carrierWebhookSecret };
  const url = await start(site, 'carrier', 8_030, variables, { 'webhook-url': webhook, speed: `${speed}` });
  return { addresses: { carrier: url }, env: { CARRIER_URL: url, CARRIER_API_KEY: CARRIER_KEY } };
}

/** @param variables the secrets, which every user of the machine could read on a command line */
async function start(
  site: Site,
  name: string,
  usualPort: number,
  variables: Record<string, string>,
  flags: Record<string, string>,
): Promise<string> {
  const port = await (site.ephemeral ? freePort() : portNear(usualPort));
  const main = join(ROOT, 'emulators', name, 'src/main.ts');
  const all = { host: HOST, port: `${port}`, data: join(site.dataDir, name), ...flags };
  const begin = async () => {
    const child = site.children.start({
      name,
      command: process.execPath,
      // With `=`, since a value may begin with a dash.
      args: [...NODE_FLAGS, main, ...Object.entries(all).map(([flag, value]) => `--${flag}=${value}`)],
      env: { PATH: process.env.PATH ?? '', ...nodeCache(), ...variables },
    });
    await waitUntil(() => accepts(port), {
      what: `emulator ${name}`,
      timeoutMs: READY_MS,
      everyMs: 50,
      hopeless: () => whyItEnded(child),
    });
    // Nobody stops one before everything ends.
    watch(site, child, () => !child.stopping(), begin);
  };
  await begin();
  return `http://${HOST}:${port}`;
}
