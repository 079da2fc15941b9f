import { randomBytes } from 'node:crypto';
import { type Context, context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

// Asked for each time: one from before `startTelemetry` would never export, since the SDK has another copy of the API
// (CommonJS), and only what both keep globally leads from one to the other.
const tracer = () => trace.getTracer('orderflow');
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** A fresh W3C trace context, for a request that came without one. */
export function newTraceparent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}

/** The `traceparent` of a span, or the given one where no tracing is set up. */
export function traceparentOf(span: Span, fallback?: string): string | undefined {
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (!trace.isSpanContextValid(span.spanContext())) return fallback;
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/**
 * A span whose parent travelled in an event, so that one order is one trace.
 * @param triedIn the span of the try before this one, to which it is linked
 */
export function startSpan(name: string, kind: SpanKind, traceparent?: string, triedIn?: string): Span {
  const before = triedIn === undefined ? undefined : trace.getSpanContext(parentContext(triedIn));
  return tracer().startSpan(
    name,
    { kind, ...(before && { links: [{ context: before }] }) },
    parentContext(traceparent),
  );
}

/** Says of a span that what it timed did not succeed. */
export function failSpan(span: Span, message: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

export function inSpan<T>(span: Span, work: () => Promise<T>): Promise<T> {
  return context.with(trace.setSpan(context.active(), span), work);
}

export { SpanKind };

function parentContext(traceparent?: string): Context {
  const match = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  if (!match) return ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = '00'] = match;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
  });
}
