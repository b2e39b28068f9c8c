/** Bounds on the work and memory that one session may cost. What is beyond is counted in `omitted`. */
export interface SessionLimits {
  /** Bytes of one line that are looked at. */
  readonly maxLineBytes: number;
  readonly maxBacktraces: number;
  /** Frames of one backtrace. */
  readonly maxFrames: number;
  /** Words of stack and memory, all together. */
  readonly maxWords: number;
  /** Members of structures, all together. */
  readonly maxMembers: number;
  /** Commands, instructions, tasks, modules, symbols, caches, objects, errors: each of them. */
  readonly maxRows: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  maxLineBytes: 4096,
  maxBacktraces: 4096,
  maxFrames: 1024,
  maxWords: 262_144,
  maxMembers: 65_536,
  maxRows: 65_536,
};

/** Counts what is kept against the limits. */
export interface SessionBudget {
  readonly limits: SessionLimits;
  readonly omitted: number;
  /** @returns whether one more of that may be kept; what may not is counted. */
  take(what: string): boolean;
  /** Counts one thing that was not kept. @returns true, so that the line counts as read. */
  omit(): boolean;
}

export function createBudget(limits: SessionLimits): SessionBudget {
  const taken = new Map<string, number>();
  let omitted = 0;
  const limitOf = (what: string): number => {
    if (what === 'backtraces') return limits.maxBacktraces;
    if (what === 'words') return limits.maxWords;
    return what === 'members' ? limits.maxMembers : limits.maxRows;
  };
  const omit = (): boolean => {
    omitted++;
    return true;
  };
  return {
    limits,
    get omitted() {
      return omitted;
    },
    take(what) {
      const count = taken.get(what) ?? 0;
      if (count >= limitOf(what)) return !omit();
      taken.set(what, count + 1);
      return true;
    },
    omit,
  };
}
