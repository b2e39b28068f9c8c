import {
  DEFAULT_READ_LIMITS,
  READER_VERSION,
  completeReading,
  readDetails,
  readTranscript,
} from '@oopstream/core-transcript';
import { FatalError, blobKey } from '@oopstream/ports';
import type { BlobStore, ReplayEngine, ReplayTools } from '@oopstream/ports';
import { limitConcurrency, repeatWork } from '@oopstream/runtime';
import type { RepeatedWork } from '@oopstream/runtime';
import type { DedupDeps } from './deps';
import { joinCandidates, joiningSettings } from './joining-config';
import { hashText } from './sign-for-tenants';
import type { SigningDeps } from './sign-for-tenants';

const DAY_MS = 86_400_000;
/** Bodies read at once. */
const BLOB_CONCURRENCY = 8;
/** As the fingerprint worker has it by default. */
const READ_LIMITS = { ...DEFAULT_READ_LIMITS, maxFrames: 128 };

type ReplayDeps = Pick<DedupDeps, 'config' | 'clock' | 'logger' | 'metrics'> & {
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly engine: ReplayEngine;
  readonly algorithms: SigningDeps['algorithms'];
  readonly newId: () => string;
  /** A switch over, or its taking back, left publications. */
  readonly onTold: () => void;
};

/** Runs replays that people asked for, step by step, beside everything else. */
export function startReplayWorker(deps: ReplayDeps): RepeatedWork {
  const tools = toolsOf(deps);
  return repeatWork({
    intervalMs: deps.config.replayIntervalMs,
    work: (isStopped) => runReplays(deps, tools, isStopped),
    onTrouble: (error) => deps.logger.warn({ err: error }, 'a replay could not go on; it will again'),
  });
}

async function runReplays(deps: ReplayDeps, tools: ReplayTools, isStopped: () => boolean): Promise<void> {
  let state: string | null = null;
  while (!isStopped()) {
    const step = await deps.engine.step(tools);
    if (step.kind === 'idle') return;
    const { run, crashes } = step;
    if (crashes > 0) deps.metrics.count('oopstream_replay_crashes', crashes, {});
    if (run.state === state) continue;
    state = run.state;
    deps.metrics.count('oopstream_replays_changed', 1, { state });
    const { id, tenant, crashesDone, reason, detail } = run;
    deps.logger.info({ replay: id, tenant, state, crashesDone, reason, detail }, 'a replay went on');
    if (state === 'switched' || state === 'rolled-back') deps.onTold();
  }
}

function toolsOf({ config, clock, blobs, algorithms, newId }: ReplayDeps): ReplayTools {
  const limit = limitConcurrency(BLOB_CONCURRENCY);
  return {
    algorithms,
    hash: hashText,
    readerVersion: READER_VERSION,
    readBodies: async (tenant, transcripts) =>
      new Map(
        await Promise.all(
          transcripts.map(({ transcriptId, sha256 }) =>
            limit(async () => [transcriptId, await readBody(blobs, blobKey(tenant, sha256))] as const),
          ),
        ),
      ),
    newId,
    nowMs: () => clock.nowMs(),
    joining: { settings: joiningSettings(config), candidates: joinCandidates(config) },
    limits: {
      chunkCrashes: config.replayChunkCrashes,
      maxShadowCrashes: config.replayMaxShadowCrashes,
      maxSwitchCrashes: config.replayMaxSwitchCrashes,
      keepMs: config.replayKeepDays * DAY_MS,
    },
  };
}

type Readings = NonNullable<
  Awaited<ReturnType<ReplayTools['readBodies']>> extends ReadonlyMap<string, infer R> ? R : never
>;

/** @returns `null` where the body is not kept, or spoiled: its readings stay as they are stored */
async function readBody(blobs: Pick<BlobStore, 'get'>, key: string): Promise<Readings | null> {
  try {
    const body = await blobs.get(key);
    if (body === null) return null;
    const { readings } = readTranscript(body, READ_LIMITS);
    const complete = readings.map((reading) => completeReading(reading, readDetails(body, reading)));
    return new Map(complete.map((reading) => [reading.span.start, reading]));
  } catch (error) {
    if (error instanceof FatalError && error.reason === 'blob-corrupt') return null;
    throw error;
  }
}
