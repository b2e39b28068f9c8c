import type { TranscriptFacts } from '@oopstream/core-incident';

/** One POST of one text, as the door takes it. */
export interface Delivery {
  readonly receiptId: string;
  readonly receivedAtMs: number;
  readonly facts: TranscriptFacts;
  readonly bytes: Uint8Array;
  /** Which failure each part of the text shows, in order; byte ranges. */
  readonly shows: readonly Shown[];
  readonly damaged: boolean;
  readonly source: { readonly partition: number; readonly offset: number };
}

export interface Shown {
  readonly start: number;
  readonly end: number;
  readonly failureId: string;
}
