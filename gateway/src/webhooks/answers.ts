import type { WebhookOutcome } from '../platform/business-metrics.ts';

/** What a provider is told. Providers send again whatever was not answered with 2xx. */
export interface Answer {
  readonly outcome: WebhookOutcome;
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export const taken: Answer = { outcome: 'taken', status: 200, body: { received: true } };

/** Received, and of no interest: sending it again would change nothing. */
export const notFollowed: Answer = { outcome: 'not_followed', status: 200, body: { received: true, followed: false } };

export const comeAgain: Answer = {
  outcome: 'come_again',
  status: 503,
  body: { error: { message: 'Cannot be taken at the moment; try again' } },
};

export const unauthorised = (message: string): Answer => ({
  outcome: 'unauthorised',
  status: 401,
  body: { error: { message } },
});

export const malformed = (field: string, message: string): Answer => ({
  outcome: 'malformed',
  status: 400,
  body: { error: { field, message: `${field} ${message}` } },
});
