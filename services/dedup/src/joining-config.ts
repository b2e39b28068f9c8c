import { DEFAULT_JOINING, DEFAULT_JOIN_CANDIDATES } from '@oopstream/core-incident';
import type { JoiningSettings } from '@oopstream/core-incident';
import { z } from 'zod';

const whole = (max: number) => z.coerce.number().int().min(1).max(max);

/** Settings of section `dedup` that say how keys join incidents by similarity. */
export const joiningConfigFields = {
  joinAbove: z
    .union([z.literal('off'), z.coerce.number().gt(0).lt(1)])
    .default(DEFAULT_JOINING.above ?? 'off')
    .describe(
      'Least similarity of stacks by which a new group key joins an open incident; `off`: none does.',
    ),
  joinMargin: z.coerce
    .number()
    .min(0)
    .lt(1)
    .default(DEFAULT_JOINING.margin)
    .describe('The most similar incident must be more similar than any other by so much.'),
  joinCandidates: whole(1_000)
    .default(DEFAULT_JOIN_CANDIDATES)
    .describe('Most open incidents that a new group key is compared with.'),
  joinStacksPerKey: whole(100)
    .default(DEFAULT_JOINING.stacksPerKey)
    .describe('Most stacks of different shapes that are kept of a group key.'),
  frameRecountMs: z.coerce
    .number()
    .int()
    .min(100)
    .max(86_400_000)
    .default(3_600_000)
    .describe(
      'Time between looks whether there are so many new group keys that functions are counted again.',
    ),
} as const;

type JoiningConfig = z.infer<z.ZodObject<typeof joiningConfigFields>>;

/** @returns how keys join by similarity */
export function joiningSettings(config: JoiningConfig): JoiningSettings {
  return {
    above: config.joinAbove === 'off' ? null : config.joinAbove,
    margin: config.joinMargin,
    stacksPerKey: config.joinStacksPerKey,
  };
}

/** @returns most incidents that a new key is compared with, 0 where none may be joined */
export function joinCandidates(config: JoiningConfig): number {
  return config.joinAbove === 'off' ? 0 : config.joinCandidates;
}
