import { z } from 'zod';

/** Type of a webhook about hosts. */
export const REBOOTED_DIRTY = 'host.rebooted-dirty';

/** Hosts that one such webhook names; a power cut may take thousands. */
export const MAX_REBOOTS_NAMED = 20;

/**
 * Body of a webhook that tells of dirty reboots: hosts that came back after a boot that broke off, and no transcript says
 * why. One for all that a sweep found, signed and sent as those about incidents.
 */
export const rebootedDirtySchema = z.object({
  type: z.literal(REBOOTED_DIRTY),
  timestamp: z.string(),
  data: z.object({
    version: z.literal(1),
    tenant: z.string(),
    /** All of them; `reboots` names the first. */
    count: z.int().min(1),
    reboots: z
      .array(
        z.object({
          id: z.string(),
          hostId: z.string(),
          hostName: z.string().nullable(),
          bootId: z.string(),
          kernelRelease: z.string().nullable(),
          aliveAt: z.string().nullable(),
          backAt: z.string(),
        }),
      )
      .max(MAX_REBOOTS_NAMED),
    /** API address of all of them. */
    url: z.string(),
  }),
});
export type RebootedDirty = z.infer<typeof rebootedDirtySchema>;
