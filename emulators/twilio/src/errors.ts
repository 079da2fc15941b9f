/** Twilio's error body: https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
export class TwilioError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
  get body() {
    const { code, message, status } = this;
    return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  }
}

/** What an outage or too many requests look like. */
export const failure = (status: number) =>
  status === 429
    ? new TwilioError(429, 20429, 'Too Many Requests')
    : new TwilioError(status, 20500, 'An internal server error has occurred');
