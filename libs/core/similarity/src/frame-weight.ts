/** In how many group keys of a fleet each function stands: what is everywhere proves nothing. */
export interface FrameModel {
  /** Rises with every count; 0 for the empty one. */
  readonly version: number;
  /** Group keys that were counted. */
  readonly keys: number;
  /** Keys whose stacks hold the function; one that is not there stands in one key at most. */
  readonly keysWith: ReadonlyMap<string, number>;
}

/** Before anything was counted: every function is as rare as any other. */
export const NO_FRAME_MODEL: FrameModel = { version: 0, keys: 0, keysWith: new Map() };

/** How fast a frame's weight falls the further out it stands: `(1 + position)^-POSITION_DECAY`. */
export const POSITION_DECAY = 0.8;

/** How fast it falls with the share of keys that have the function: `exp(-RARITY_DECAY · share)`. */
export const RARITY_DECAY = 8;

/** Keys that a fleet is taken to have besides those counted, so that few keys make nothing common. */
export const UNSEEN_KEYS = 100;

/**
 * @param position of the frame, 0 for the innermost
 * @returns what the frame counts, in (0, 1]
 */
export function frameWeight(name: string, position: number, model: FrameModel): number {
  const share = (model.keysWith.get(name) ?? 0) / (model.keys + UNSEEN_KEYS);
  return (1 + position) ** -POSITION_DECAY * Math.exp(-RARITY_DECAY * share);
}
