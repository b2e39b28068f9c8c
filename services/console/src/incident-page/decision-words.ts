import type { Decision } from '../api/models';

export const DECISION_WORDS: Readonly<Record<Decision['kind'], string>> = {
  merge: 'merged',
  split: 'split off',
  'pin-crash': 'crash pinned',
  'unpin-crash': 'crash unpinned',
  'pin-key': 'key pinned',
  'unpin-key': 'key unpinned',
  undo: 'taken back',
};

/** An undo is final, and nothing is undone twice; whether later decisions stand in the way, the API says. */
export const mayUndo = ({ kind, undoneBy }: Pick<Decision, 'kind' | 'undoneBy'>): boolean =>
  kind !== 'undo' && undoneBy === null;
