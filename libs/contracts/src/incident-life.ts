import { SEVERITIES, TRENDS } from '@oopstream/core-incident';
import { z } from 'zod';

/** What others see of an incident's life. Defaults: from writers that did not know of it. */
export const lifeFields = {
  /** Its trend; that word is taken by the counts of a list's item. */
  phase: z.enum(TRENDS).default('ongoing').meta({ description: 'Trend: how it goes while it is open.' }),
  severity: z.enum(SEVERITIES).default('low'),
  severityScore: z.int().min(0).max(100).default(0),
  acknowledged: z.boolean().default(false).meta({ description: 'Somebody looked at this episode.' }),
  assignee: z.string().nullable().default(null),
  muted: z.boolean().default(false).meta({ description: 'Nobody is called until a condition comes true.' }),
  episode: z.int().min(1).default(1).meta({ description: 'Rises each time that it comes back.' }),
  unordered: z.array(z.string()).default([]).meta({
    description:
      'Branches that it crashed on since the resolve, of which nobody knows whether they have the fix.',
  }),
} as const;

export const whySchema = z.object({
  /** Slug of a list that may grow. */
  reason: z.string(),
  text: z.string(),
});
