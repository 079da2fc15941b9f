import type { z } from 'zod';

/**
 * One event type: its routing key, version and payload schema. The TypeScript type, the runtime
 * validation, the AsyncAPI document and the choreography diagram all come from this one definition.
 */
export interface EventDefinition<Type extends string = string, Schema extends z.ZodType = z.ZodType> {
  /** Past tense, dotted; it is the CloudEvents `type` and the AMQP routing key at once. */
  readonly type: Type;
  /** Raised only for a change that is not additive; consumers dead-letter versions they do not know. */
  readonly version: number;
  readonly summary: string;
  /** The workers that may publish this event; from any other publisher it is dead-lettered. */
  readonly saidBy: readonly string[];
  /** What the event's `subject` identifies. */
  readonly subject: 'order' | 'sku' | 'customer';
  readonly data: Schema;
  /** CloudEvents `dataschema`: a URN of name and version. */
  readonly dataschema: string;
  /** An event of this type, for a handler to return. `subject` defaults to that of the event being handled. */
  of(data: z.input<Schema>, subject?: string): Fact<Type, z.output<Schema>>;
}

/** What a handler says. The runtime adds id, source, time, cause and trace when it commits the fact. */
export interface Fact<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly dataschema: string;
  readonly subject?: string;
  readonly data: Data;
}

export type FactOf<D extends EventDefinition> =
  D extends EventDefinition<infer Type, infer Schema> ? Fact<Type, z.output<Schema>> : never;

/**
 * Defines a fact.
 * @param type routing key, `<noun>.<past participle>`
 * @throws RangeError when the type is not of that form
 */
export function defineEvent<const Type extends string, Schema extends z.ZodType>(
  type: Type,
  options: {
    version: number;
    summary: string;
    saidBy: readonly string[];
    subject?: 'order' | 'sku' | 'customer';
    data: Schema;
  },
): EventDefinition<Type, Schema> {
  if (!/^[a-z][a-z0-9]*(\.[a-z]+(_[a-z]+)*)+$/.test(type)) throw new RangeError(`Not a routing key: "${type}"`);
  const dataschema = dataschemaOf(type, options.version);
  return {
    type,
    version: options.version,
    summary: options.summary,
    saidBy: options.saidBy,
    subject: options.subject ?? 'order',
    data: options.data,
    dataschema,
    of: (data, subject) => ({
      type,
      dataschema,
      ...(subject === undefined ? {} : { subject }),
      data: options.data.parse(data),
    }),
  };
}

export function dataschemaOf(type: string, version: number): string {
  return `urn:orderflow:${type}:v${version}`;
}
