import type { CounterName, GaugeName, HistogramName, LabelsOf } from './metric-register';

/** Emits metrics of the register. A call costs some hundred nanoseconds: aggregate per batch, not per record. */
export interface Metrics {
  count<Name extends CounterName>(name: Name, value: number, labels: LabelsOf<Name>): void;
  /** Histograms take seconds. */
  record<Name extends HistogramName>(name: Name, value: number, labels: LabelsOf<Name>): void;
  /** `read` is called at each scrape. @returns a function that takes the gauge away again. */
  gauge<Name extends GaugeName>(
    name: Name,
    read: () => readonly { readonly value: number; readonly labels: LabelsOf<Name> }[],
  ): () => void;
}

/** Metrics that go nowhere, for tests and one-shot commands. */
export const noMetrics: Metrics = {
  count: () => undefined,
  record: () => undefined,
  gauge: () => () => undefined,
};
