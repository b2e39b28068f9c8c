import type { Host } from './host';
import type { Scene } from './scene';

/** One failure of one host: what a crash row is to show exactly once. */
export interface Failure {
  readonly id: string;
  /** Of {@link Bug}; of a bad host each failure is a bug of its own. */
  readonly bugId: string;
  readonly host: Host;
  readonly boot: Boot;
  readonly release: number;
  /** True time. */
  readonly occurredAtMs: number;
  readonly survived: boolean;
  /** The build had put the culprit into its caller. */
  readonly inlined: boolean;
  readonly scene: Scene;
}

export interface Boot {
  readonly id: string;
  /** True time. */
  readonly atMs: number;
}
