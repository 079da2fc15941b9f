import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PbfReader } from 'pbf';

/** A span as OTLP has it (opentelemetry-proto, trace.proto), with ids in hexadecimal. */
export interface Span {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly failed: boolean;
}

export interface TraceCollector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  readonly spans: readonly Span[];
  close(): Promise<void>;
}

/** Takes traces over OTLP/HTTP, as a collector does, and keeps them. */
export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: Span[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    if (request.url === '/v1/traces') spans.push(...spansIn(body));
    response.writeHead(request.url === '/v1/traces' ? 200 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const ERROR = 2;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

type Fields = Readonly<Record<number, (reader: PbfReader) => void>>;

/** Reads one message: what is done with each of its fields, by number; others are skipped. */
function message(reader: PbfReader, fields: Fields, end = reader.pos + reader.readVarint()): void {
  reader.readFields((field, _, pbf) => fields[field]?.(pbf), undefined, end);
}

/** Of an ExportTraceServiceRequest. */
function spansIn(body: Uint8Array): Span[] {
  const spans: Span[] = [];
  const reader = new PbfReader(body);
  message(
    reader,
    {
      1: (resourceSpans) => {
        let service = '';
        const own: Span[] = [];
        message(resourceSpans, {
          1: (resource) => message(resource, { 1: (attribute) => (service ||= serviceIn(attribute)) }),
          2: (scope) => message(scope, { 2: (span) => own.push(spanIn(span)) }),
        });
        spans.push(...own.map((span) => ({ ...span, service })));
      },
    },
    body.length,
  );
  return spans;
}

function serviceIn(attribute: PbfReader): string {
  let key = '';
  let value = '';
  message(attribute, {
    1: (pbf) => (key = pbf.readString()),
    2: (any) => message(any, { 1: (pbf) => (value = pbf.readString()) }),
  });
  return key === 'service.name' ? value : '';
}

function spanIn(span: PbfReader): Span {
  const links: { traceId: string; spanId: string }[] = [];
  const read = { service: '', name: '', traceId: '', spanId: '', parentSpanId: '', failed: false };
  message(span, {
    1: (pbf) => (read.traceId = hex(pbf.readBytes())),
    2: (pbf) => (read.spanId = hex(pbf.readBytes())),
    4: (pbf) => (read.parentSpanId = hex(pbf.readBytes())),
    5: (pbf) => (read.name = pbf.readString()),
    13: (pbf) => {
      const link = { traceId: '', spanId: '' };
      message(pbf, {
        1: (one) => (link.traceId = hex(one.readBytes())),
        2: (one) => (link.spanId = hex(one.readBytes())),
      });
      links.push(link);
    },
    15: (pbf) => message(pbf, { 3: (one) => (read.failed = one.readVarint() === ERROR) }),
  });
  return { ...read, links };
}
