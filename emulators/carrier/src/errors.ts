import type { z } from 'zod';

type Field = { field: string; message: string };

/** Answered as `{ error: { code, message, fields? } }`. */
export class CarrierError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Field[] | undefined;

  constructor(status: number, code: string, message: string, fields?: Field[]) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
  get body() {
    return { error: { code: this.code, message: this.message, ...(this.fields && { fields: this.fields }) } };
  }
}

export const notFound = (id: string) => new CarrierError(404, 'NOT_FOUND', `There is no shipment ${id}`);
export function invalid(error: z.ZodError): CarrierError {
  const fields = error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  return new CarrierError(422, 'INVALID_REQUEST', 'The request is not valid', fields);
}
