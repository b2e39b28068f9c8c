import { bodiesNeeded, placeCrashes, signAgain } from '@oopstream/core-incident';
import type { SignedAgain } from '@oopstream/core-incident';
import { FatalError } from '@oopstream/ports';
import type { ReadAgain, ReplayRun, ReplayTools } from '@oopstream/ports';
import type { Sql } from '../pool';
import { loadCrashes } from './load-crashes';
import type { WalkedCrash } from './load-crashes';
import { saveShadow } from './save-shadow';
import { loadShadowJoining, saveShadowStacks } from './shadow-joins';
import { loadShadow } from './shadow-state';

export interface ChunkCounts {
  readonly crashes: number;
  readonly bodiesRead: number;
  readonly bodiesMissing: number;
}

/** Signs crashes anew and places them in the shadow of a replay, in the order of their times. */
export async function shadowCrashes(
  sql: Sql,
  run: ReplayRun,
  ids: readonly string[],
  tools: ReplayTools,
): Promise<ChunkCounts> {
  const walked = await loadCrashes(sql, ids);
  const { signed, bodiesRead, bodiesMissing } = await signCrashes(walked, run, run.toVersion, tools);
  const pinned = new Set(walked.filter((one) => one.pinned).map((one) => one.crash.id));
  const state = await loadShadow(sql, run, signed, pinned);
  const joining = await loadShadowJoining(sql, run, signed, state, tools);
  await saveShadow(sql, run, placeCrashes(signed, state, joining), walked);
  await saveShadowStacks(sql, run, joining.learnt);
  return { crashes: walked.length, bodiesRead, bodiesMissing };
}

/** @throws FatalError `algorithm-unknown`: this release does not know the version */
export async function signCrashes(
  walked: readonly WalkedCrash[],
  run: Pick<ReplayRun, 'tenant' | 'readerVersion'>,
  version: number,
  tools: ReplayTools,
): Promise<{ readonly signed: SignedAgain[]; readonly bodiesRead: number; readonly bodiesMissing: number }> {
  const { algorithms, hash } = tools;
  const algorithm = algorithms.find(version);
  if (algorithm === undefined) throw new FatalError('algorithm-unknown', `there is no version ${version}`);
  const wanted = new Map<string, string>();
  let bodiesMissing = 0;
  for (const { crash, bodies } of walked)
    for (const transcriptId of bodiesNeeded(crash, algorithms, hash, run.readerVersion)) {
      const sha256 = bodies.get(transcriptId);
      if (sha256 === undefined) bodiesMissing += 1;
      else wanted.set(transcriptId, sha256);
    }
  const asked = [...wanted].map(([transcriptId, sha256]) => ({ transcriptId, sha256 }));
  const none = new Map<string, ReadonlyMap<number, ReadAgain> | null>();
  const read = asked.length === 0 ? none : await tools.readBodies(run.tenant, asked);
  const found = asked.filter(({ transcriptId }) => (read.get(transcriptId) ?? null) !== null).length;
  const readAgain = (transcriptId: string) => read.get(transcriptId) ?? null;
  const deps = { algorithm, hash, readAgain, readerVersion: run.readerVersion };
  return {
    signed: walked.map(({ crash }) => signAgain(crash, deps)),
    bodiesRead: found,
    bodiesMissing: bodiesMissing + asked.length - found,
  };
}
