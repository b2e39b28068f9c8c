import { z } from 'zod';

const text = (max: number) => z.string().min(1).max(max);

/**
 * What a sender knows about the host and the crash: the JSON part of a multipart POST, or the `oopstream-context`
 * header (base64url of the same JSON, at most 8 KB).
 */
export const hostContextSchema = z.strictObject({
  /** Host name; an attribute that may change. */
  host: text(253).optional(),
  /** `/etc/machine-id`: the host's identity when present. */
  machineId: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  /** Boot that crashed, `/proc/sys/kernel/random/boot_id` of that boot. */
  bootId: z.uuid().optional(),
  /** `uname -r` of the kernel that crashed. */
  kernelRelease: text(128).optional(),
  /** DMI product name. */
  model: text(128).optional(),
  /** Livepatches that were loaded, by their names in `/sys/kernel/livepatch`; empty: none was. */
  livepatches: z.array(text(128)).max(64).optional(),
  /** When it crashed, RFC 3339 with offset, as far as the sender knows. */
  occurredAt: z.iso.datetime({ offset: true }).optional(),
  /** What the text is: `vmcore-dmesg`, `crash8`, `pstore`, `netconsole`, … */
  source: text(64).optional(),
  /** File name at the host. */
  fileName: text(255).optional(),
  labels: z
    .record(z.string().regex(/^[a-z0-9]([a-z0-9_.-]{0,62}[a-z0-9])?$/), z.string().max(256))
    .refine((labels) => Object.keys(labels).length <= 32, 'at most 32 labels')
    .optional(),
});

export type HostContext = z.infer<typeof hostContextSchema>;
