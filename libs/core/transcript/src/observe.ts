import type { Span } from './reading';

/** What a line was taken for, told to whoever explains a reading. */
export interface Observation {
  readonly span: Span;
  /** `header`, `frame`, `ip`, `task`, `section`, `panic`, … */
  readonly role: string;
  readonly note: string;
}

export type Observe = (observation: Observation) => void;
