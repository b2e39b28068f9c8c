import type { Bug } from './bug';
import { shareOf } from './seeded-random';

/** A function as one build has it. */
export interface BuiltFrame {
  /** With what the compiler appended. */
  readonly symbol: string;
  readonly module: string | null;
  readonly offset: number;
  readonly size: number;
}

export interface BuiltStack {
  /** Innermost first; the first is where the instruction pointer was. */
  readonly frames: readonly BuiltFrame[];
  /** The build put the culprit into its caller. */
  readonly inlined: boolean;
}

const CLONED = 0.06;
const INLINED = 0.07;
const CULPRIT_INLINED = 0.18;
const BUILDS_OF_ONE_COMPILER = 3;

/** What one build made of a bug's way through the kernel: clones, what it put into callers, offsets. */
export class Compiler {
  private readonly generation: string;

  constructor(
    branch: string,
    private readonly release: string,
    releaseIndex: number,
    private readonly seed: number,
  ) {
    this.generation = `${seed} ${branch} ${Math.floor(releaseIndex / BUILDS_OF_ONE_COMPILER)}`;
  }

  stackOf(bug: Bug, way: number, tail: readonly string[]): BuiltStack {
    const [caller = '', ...callers] = bug.callers[way % bug.callers.length] ?? [];
    const inlined = bug.inlinable && this.share('culprit', bug.culprit) < CULPRIT_INLINED;
    const outer = callers.filter(
      // The entry is called through a pointer: it stays.
      (name, n) => n === callers.length - 1 || this.share('inlined', name) >= INLINED,
    );
    const own = [...(inlined ? [] : [bug.culprit]), caller, ...outer].filter((name) => name !== '');
    const { module } = bug.path;
    const frames = own.map((name, n) => this.built(name, module, own[n - 1] ?? bug.victim ?? 'fault'));
    const victim = bug.victim === null ? [] : [this.built(bug.victim, null, 'fault')];
    return {
      frames: [...victim, ...frames, ...tail.map((name, n) => this.built(name, null, tail[n - 1] ?? 'own'))],
      inlined,
    };
  }

  /** @param callee gives the place of the call within the function */
  built(name: string, module: string | null, callee: string): BuiltFrame {
    const size = 48 + Math.floor(this.shareOfBuild('size', name) ** 2 * 1800);
    const offset = 1 + Math.floor(this.shareOfBuild('offset', `${name} ${callee}`) * (size - 2));
    const clone = module === null ? 1 : this.share('clone', name);
    const suffix = clone < CLONED / 2 ? '.isra.0' : clone < CLONED ? '.constprop.0' : '';
    return { symbol: `${name}${suffix}`, module, offset, size };
  }

  private share(what: string, name: string): number {
    return shareOf(`${this.generation} ${what} ${name}`);
  }

  private shareOfBuild(what: string, name: string): number {
    return shareOf(`${this.seed} ${this.release} ${what} ${name}`);
  }
}
