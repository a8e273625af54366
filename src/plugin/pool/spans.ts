/**
 * Spans of calls, through the OpenTelemetry that Deno has built in.
 *
 * @module
 */

/** What is used of a span. */
interface Span {
  setAttribute(name: string, value: string | number): void;
  setStatus(status: { code: number; message: string }): void;
  end(): void;
}

/** What is used of a tracer. */
interface Tracer {
  startActiveSpan<T>(name: string, step: (span: Span) => T): T;
  startSpan(name: string): Span;
}

interface Telemetry {
  readonly tracerProvider: { getTracer(name: string): Tracer };
}

/** OpenTelemetry's code for a span that failed. */
const FAILED = 2;

/** Runs a step, in a span when somebody wants to see one. */
export type InSpan = <T>(
  name: string,
  attributes: Readonly<Record<string, string>>,
  step: () => Promise<T>,
) => Promise<T>;

/** Spans when `OTEL_DENO` is on; nothing otherwise. */
export function spans(): InSpan {
  const tracer = tracerOf();
  if (tracer === undefined) return (_name, _attributes, step) => step();
  return (name, attributes, step) =>
    tracer.startActiveSpan(name, async (span) => {
      for (const [key, value] of Object.entries(attributes)) {
        span.setAttribute(key, value);
      }
      try {
        return await step();
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        span.setAttribute("error.type", nameOf(error));
        span.setStatus({ code: FAILED, message });
        throw error;
      } finally {
        span.end();
      }
    });
}

/** Deno's tracer; there is none when telemetry is off, which it says late. */
function tracerOf(): Tracer | undefined {
  const { telemetry } = Deno as unknown as { telemetry?: Telemetry };
  try {
    const tracer = telemetry?.tracerProvider.getTracer("py-plugin");
    tracer?.startSpan("py_plugin.pool").end();
    return tracer;
  } catch {
    return undefined;
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
