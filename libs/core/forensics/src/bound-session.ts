import type { Backtrace, Session } from '@oopstream/core-transcript';
import type { AnalysisLimits } from './analysis-limits';

const bounded = new WeakMap<Session, { readonly limits: AnalysisLimits; readonly session: Session }>();

/** What of a session is looked at. Several crashes of one text share it: remembered as long as the session lives. */
export function boundSession(session: Session, limits: AnalysisLimits): Session {
  const known = bounded.get(session);
  if (known?.limits === limits) return known.session;
  const words = takeFirst(session.memory, limits.maxMemoryWords, 'words');
  const members = takeFirst(session.structs, limits.maxMembers, 'members');
  const backtraces = session.backtraces.map((one) => boundBacktrace(one, limits.maxStackWords));
  const within = { ...session, memory: words, structs: members, backtraces };
  bounded.set(session, { limits, session: within });
  return within;
}

function boundBacktrace(backtrace: Backtrace, maxWords: number): Backtrace {
  const frames = takeFirst(backtrace.frames, maxWords, 'words');
  // Frames without words are not lost with those that have too many.
  return frames.length === backtrace.frames.length && frames.every((one, i) => one === backtrace.frames[i])
    ? backtrace
    : { ...backtrace, frames: backtrace.frames.map((frame, i) => frames[i] ?? { ...frame, words: [] }) };
}

/** The first `most` entries of all lists together; lists behind them go. */
function takeFirst<Key extends string, One extends { readonly [K in Key]: readonly unknown[] }>(
  all: readonly One[],
  most: number,
  key: Key,
): readonly One[] {
  const taken: One[] = [];
  let left = most;
  for (const one of all) {
    if (left <= 0 && one[key].length > 0) break;
    taken.push(one[key].length <= left ? one : { ...one, [key]: one[key].slice(0, left) });
    left -= one[key].length;
  }
  return taken.length === all.length && taken.every((one, i) => one === all[i]) ? all : taken;
}
