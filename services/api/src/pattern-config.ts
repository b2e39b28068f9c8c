import { z } from 'zod';

const count = (max: number) => z.coerce.number().int().min(1).max(max);

/** Settings of section `api` on what crashes and hosts have in common. */
export const patternSettings = {
  patternMaxHosts: count(10_000_000)
    .default(50_000)
    .describe('Hosts of the fleet that an incident’s are compared with; a larger fleet is sampled.'),
  patternMaxParents: count(200).default(20).describe('Groups of each kind that an incident shows.'),
  suspectHostDays: count(90)
    .default(7)
    .describe('Days within which a host with unlike signatures is suspect.'),
};

export type PatternSettings = { readonly [Key in keyof typeof patternSettings]: number };
