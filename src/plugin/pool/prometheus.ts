/**
 * A pool's numbers as Prometheus reads them.
 *
 * @module
 */

import type { DurationsSummary } from "./durations.ts";
import type { PoolMetrics } from "./metrics.ts";

/** The text of the exposition format, version 0.0.4. */
export function prometheusText(metrics: PoolMetrics): string {
  const { calls } = metrics;
  return [
    ...one("instances", "gauge", "Instances that are alive.", metrics.alive),
    ...one(
      "instances_busy",
      "gauge",
      "Instances that answer a call.",
      metrics.busy,
    ),
    ...one("instances_max", "gauge", "How many there may be.", metrics.size),
    ...one("queued_calls", "gauge", "Calls that wait.", metrics.queued),
    ...head("calls_total", "counter", "Calls, by how they ended."),
    ...Object.entries(calls).map(([outcome, count]) =>
      `py_plugin_calls_total{outcome="${outcome}"} ${count}`
    ),
    ...one(
      "refused_calls_total",
      "counter",
      "Calls refused: the queue was full.",
      metrics.refused,
    ),
    ...one(
      "crashes_total",
      "counter",
      "Instances that ended in a call.",
      metrics.crashes,
    ),
    ...one(
      "restarts_total",
      "counter",
      "Instances started in another's place.",
      metrics.restarts,
    ),
    ...summary(
      "call_duration_seconds",
      "How long calls took, waiting and all.",
      metrics.duration,
    ),
    ...summary("call_wait_seconds", "How long calls waited.", metrics.wait),
    ...one(
      "instances_memory_bytes",
      "gauge",
      "Memory of the instances.",
      metrics.memory,
    ),
    ...one(
      "process_resident_memory_bytes",
      "gauge",
      "Memory of the process.",
      metrics.rss,
    ),
    "",
  ].join("\n");
}

function head(name: string, type: string, help: string): string[] {
  return [
    `# HELP py_plugin_${name} ${help}`,
    `# TYPE py_plugin_${name} ${type}`,
  ];
}

function one(
  name: string,
  type: "counter" | "gauge",
  help: string,
  value: number,
): string[] {
  return [...head(name, type, help), `py_plugin_${name} ${value}`];
}

function summary(
  name: string,
  help: string,
  { count, sum, p50, p95, p99 }: DurationsSummary,
): string[] {
  const quantile = (part: string, milliseconds: number) =>
    `py_plugin_${name}{quantile="${part}"} ${milliseconds / 1000}`;
  return [
    ...head(name, "summary", help),
    quantile("0.5", p50),
    quantile("0.95", p95),
    quantile("0.99", p99),
    `py_plugin_${name}_sum ${sum / 1000}`,
    `py_plugin_${name}_count ${count}`,
  ];
}
