import {
  type Client,
  type Stack,
  type StackOptions,
  startStack,
  temporaryDataDir,
  wellStocked,
} from '@orderflow/stack';
import { v7 as uuidv7 } from 'uuid';

/** Limits that keep a customer from what a benchmark does. */
const NO_LIMITS = {
  RATE_LIMIT_PER_MINUTE: '10000000',
  FREE_DECLINES: '10000000',
  UNPAID_UNITS: '10000000',
  UNPAID_SHARE_PERCENT: '100',
};

/** The whole system with stock for all; its data go when it is closed. */
export async function startShop(
  options: Omit<StackOptions, 'dataDir'> = {},
): Promise<{ readonly stack: Stack; readonly skus: string[]; close(): Promise<void> }> {
  const data = await temporaryDataDir();
  const { skus, file } = wellStocked(data.path);
  const env = { LOG_LEVEL: 'warn', CATALOGUE_SEED: file, ...NO_LIMITS, ...options.env };
  const stack = await startStack({ ephemeral: true, ...options, dataDir: data.path, env });
  return {
    stack,
    skus,
    close: async () => {
      await stack.close();
      data.delete();
    },
  };
}

type Input = Parameters<Client['orders']['place']['mutate']>[0];

/** One unit of one product, paid with a card that works; all contenders take the same. */
export function orderInput(skus: readonly string[], nth: number, customers = 1): Input & { idempotencyKey: string } {
  return {
    idempotencyKey: uuidv7(),
    lines: [{ sku: skus[nth % skus.length] as string, quantity: 1 }],
    shippingMethod: 'standard',
    address: {
      name: 'Ada Lovelace',
      line1: `Torstraße ${1 + (nth % 230)}`,
      postalCode: `${10_115 + (nth % 300)}`,
      city: 'Berlin',
      country: 'DE',
    },
    contact: { email: `ada.${nth % customers}@example.org` },
    paymentMethod: 'pm_card_visa',
    currency: 'EUR',
  };
}

/** Sets switches of a stand-in. @throws Error with its answer */
export async function control(url: string | undefined, switches: object): Promise<void> {
  if (url === undefined) throw new Error('There is no stand-in to switch: the real service is used');
  const body = JSON.stringify(switches);
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/_control`, { method: 'PUT', headers, body });
  if (!response.ok) throw new Error(`${url}/_control: ${response.status} ${await response.text()}`);
}
