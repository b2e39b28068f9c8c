import { metrics as metricsApi } from '@opentelemetry/api';
import type { Counter, Histogram, Meter, ObservableCallback } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor, NoopSpanProcessor } from '@opentelemetry/sdk-trace';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { METRICS } from './metric-register';
import type { CounterName, HistogramName, MetricName } from './metric-register';
import type { Metrics } from './metrics';

export const telemetryConfigSchema = z.object({
  otlpEndpoint: z
    .url()
    .optional()
    .describe(
      'Base URL of an OTLP/HTTP receiver, such as `http://127.0.0.1:4318`; without it spans stay in the process.',
    ),
});

export interface Telemetry {
  readonly metrics: Metrics;
  /** Answers a scrape in the Prometheus text format. */
  serveMetrics(request: IncomingMessage, response: ServerResponse): void;
  /** Sends what is still held back. */
  stop(): Promise<void>;
}

/**
 * Starts OpenTelemetry for this process: trace context always exists (logs, records and webhooks carry it), spans
 * leave the process where an OTLP endpoint is set, metrics are there to scrape. Once a process.
 */
export function startTelemetry(options: {
  readonly service: string;
  readonly config: z.infer<typeof telemetryConfigSchema>;
}): Telemetry {
  const { otlpEndpoint } = options.config;
  const scrape = new PrometheusExporter({ preventServerStart: true, withoutScopeInfo: true });
  const sdk = new NodeSDK({
    serviceName: options.service,
    metricReaders: [scrape],
    logRecordProcessors: [],
    spanProcessors: [
      otlpEndpoint === undefined
        ? new NoopSpanProcessor()
        : new BatchSpanProcessor({
            exporter: new OTLPTraceExporter({ url: `${otlpEndpoint.replace(/\/$/, '')}/v1/traces` }),
            scheduledDelayMillis: 1000,
          }),
    ],
  });
  sdk.start();
  return {
    metrics: createMetrics(metricsApi.getMeter('oopstream')),
    serveMetrics: (request, response) => scrape.getMetricsRequestHandler(request, response),
    stop: () => sdk.shutdown(),
  };
}

const SECONDS_BUCKETS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30];

function createMetrics(meter: Meter): Metrics {
  const counters = new Map<MetricName, Counter>();
  const histograms = new Map<MetricName, Histogram>();
  for (const [name, { type, help }] of Object.entries(METRICS) as [
    MetricName,
    (typeof METRICS)[MetricName],
  ][]) {
    if (type === 'counter') counters.set(name, meter.createCounter(name, { description: help }));
    if (type === 'histogram')
      histograms.set(
        name,
        meter.createHistogram(name, {
          description: help,
          advice: { explicitBucketBoundaries: SECONDS_BUCKETS },
        }),
      );
  }
  return {
    count: (name: CounterName, value, labels) => counters.get(name)!.add(value, labels),
    record: (name: HistogramName, value, labels) => histograms.get(name)!.record(value, labels),
    gauge: (name, read) => {
      const gauge = meter.createObservableGauge(name, { description: METRICS[name].help });
      const observe: ObservableCallback = (result) => {
        for (const { value, labels } of read()) result.observe(value, labels);
      };
      gauge.addCallback(observe);
      return () => gauge.removeCallback(observe);
    },
  };
}
