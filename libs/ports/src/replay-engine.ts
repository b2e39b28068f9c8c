import type { JoiningSettings, ReplayReading } from '@oopstream/core-incident';
import type { Algorithms, HashText } from '@oopstream/core-signature';
import type { ReplayRun } from './replay-store';

/** A reading as a reader makes it. */
export type ReadAgain = ReplayReading['signed']['reading'];

/** What replaying takes besides the store. */
export interface ReplayTools {
  readonly algorithms: Algorithms;
  readonly hash: HashText;
  readonly readerVersion: number;
  /**
   * Reads stored bodies with today's reader.
   * @returns by transcript its readings by the byte they start at; `null` where the body is not kept
   */
  readonly readBodies: (
    tenant: string,
    transcripts: readonly { readonly transcriptId: string; readonly sha256: string }[],
  ) => Promise<ReadonlyMap<string, ReadonlyMap<number, ReadAgain> | null>>;
  readonly newId: () => string;
  readonly nowMs: () => number;
  readonly limits: ReplayLimits;
  readonly joining: {
    readonly settings: JoiningSettings;
    /** Most incidents that a new key is compared with; 0: none. */
    readonly candidates: number;
  };
}

export interface ReplayLimits {
  /** Crashes signed in one transaction. */
  readonly chunkCrashes: number;
  /** A replay with more crashes in its shadow fails. */
  readonly maxShadowCrashes: number;
  /** A switch over that would change more crashes is refused. */
  readonly maxSwitchCrashes: number;
  /** How long a switch over can be taken back, milliseconds. */
  readonly keepMs: number;
}

export type ReplayStep =
  /** Nothing to do, or another process is at it. */
  | { readonly kind: 'idle' }
  /** One step was done and is durable; there may be more. */
  | { readonly kind: 'worked'; readonly run: ReplayRun; readonly crashes: number };

/** Does what replays ask for, step by step. Steps are transactions: killed in the midst of one, the next begins where it began. */
export interface ReplayEngine {
  /** Does one step of the oldest replay that has work to do. One process does at a time. @throws RetryableError `store-unavailable` */
  step(tools: ReplayTools): Promise<ReplayStep>;
}
