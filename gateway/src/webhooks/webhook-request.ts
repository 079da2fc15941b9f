/** A webhook as it came: signatures are made over the bytes of the body. */
export interface WebhookRequest {
  readonly body: Buffer;
  /** Path and query. */
  readonly url: string;
  header(name: string): string | undefined;
}
