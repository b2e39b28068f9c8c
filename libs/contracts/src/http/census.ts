import { z } from 'zod';
import { hostContextSchema } from '../host-context';
import { textSchema, timeSchema } from './common';

/** Hosts load one to three hundred; names have up to 55 characters (`MODULE_NAME_LEN`). */
const MAX_MODULES = 512;
const count = z.int().min(0);
const { machineId, bootId, labels } = hostContextSchema.shape;
const releaseSchema = textSchema(128).min(1);
const modelSchema = textSchema(128);

/** One item of `POST /v1/census`: a host is alive, and what it is. */
const heartbeatSchema = z
  .strictObject({
    host: textSchema(253).min(1).optional().meta({ description: 'Its name; an attribute that may change.' }),
    machineId: machineId.meta({
      description: '`/etc/machine-id`: who it is, where given; send the same with transcripts.',
    }),
    at: timeSchema.optional().meta({ description: 'When it was alive; now when not given.' }),
    release: releaseSchema.meta({ description: '`uname -r`.' }),
    model: modelSchema.optional().meta({ description: 'DMI product name.' }),
    bios: textSchema(128).optional().meta({ description: 'BIOS version.' }),
    livepatches: z
      .array(textSchema(128).min(1))
      .max(64)
      .optional()
      .meta({ description: 'Loaded livepatches, by name.' }),
    modules: z
      .array(textSchema(64).min(1))
      .max(MAX_MODULES)
      .optional()
      .meta({ description: 'Loaded kernel modules, by name; absent: what was known stays.' }),
    bootId: bootId.meta({ description: '`/proc/sys/kernel/random/boot_id`.' }),
    uptimeSeconds: z.number().min(0).max(1e10).optional().meta({ description: 'Time since it booted.' }),
    kdumpReady: z.boolean().optional().meta({ description: 'Whether a crash would leave a dump.' }),
    lastBootId: bootId.meta({ description: 'Boot id of the boot before this one, as the host noted it.' }),
    lastRelease: releaseSchema.optional().meta({ description: '`uname -r` of that boot.' }),
    lastShutdown: z.enum(['clean', 'dirty']).optional().meta({
      description:
        'How that boot ended: shut down in order, or broken off. `dirty` needs `lastBootId`; absent: not known.',
    }),
    labels: labels.meta({ description: 'Whatever else hosts differ in: rack, role, NIC firmware.' }),
  })
  .meta({ id: 'Heartbeat', description: 'A host is alive, and what it is.' });
export type HeartbeatBody = z.infer<typeof heartbeatSchema>;

export const heartbeatsSchema = z.array(heartbeatSchema).min(1).meta({
  id: 'Heartbeats',
  description:
    'Heartbeats of hosts: a JSON array, one JSON object, NDJSON, or CSV with the same names as columns.',
});

export const recordedHeartbeatsSchema = z
  .object({
    recorded: count,
    repeated: count.meta({ description: 'Known before: nothing changed.' }),
    tooLate: count.meta({ description: 'Too old to be counted exactly: not counted.' }),
    inFuture: count.meta({ description: 'Ahead of our clock: not counted.' }),
  })
  .meta({ id: 'RecordedHeartbeats', description: 'What became of the heartbeats.' });
export type RecordedHeartbeats = z.infer<typeof recordedHeartbeatsSchema>;

/** `GET /v1/census` */
export const censusQuerySchema = z.strictObject({
  release: releaseSchema.optional().meta({ description: 'Hosts on this kernel, `uname -r`.' }),
  model: modelSchema.optional().meta({ description: 'Hosts of this model.' }),
  limit: z.coerce.number().int().min(1).max(500).default(100).meta({ description: 'Most builds listed.' }),
});

export const censusSchema = z
  .object({
    asOf: timeSchema,
    seenAfter: timeSchema.meta({ description: 'Hosts last seen after it count as alive.' }),
    hosts: count.meta({ description: 'Hosts alive, also of builds beyond the limit.' }),
    kdump: z
      .object({ ready: count, notReady: count, unknown: count })
      .meta({ description: 'Of these hosts, whether a crash would leave a dump.' }),
    withoutHeartbeat: count.meta({
      description: 'Hosts that sent a transcript in that time and never a heartbeat: they are in no rate.',
    }),
    builds: z.array(
      z.object({
        release: z.string(),
        flavour: z.string().nullable(),
        model: z.string().nullable(),
        hosts: count,
        kdumpReady: count.meta({ description: 'Hosts that say a crash would leave a dump.' }),
        kdumpNotReady: count.meta({ description: 'Hosts that say it would not.' }),
      }),
    ),
  })
  .meta({ id: 'Census', description: 'Hosts that are alive, by what they run.' });
export type Census = z.infer<typeof censusSchema>;

/** `GET /v1/census/hosts/{id}` */
export const censusHostSchema = z
  .object({
    hostId: z.string(),
    name: z.string().nullable(),
    lastSeenAt: timeSchema,
    alive: z.boolean(),
    downAt: timeSchema
      .nullable()
      .meta({ description: 'When it died after that, as a transcript says; `null`: none does.' }),
    release: z.string(),
    flavour: z.string().nullable(),
    model: z.string().nullable(),
    bios: z.string().nullable(),
    livepatches: z.array(z.string()),
    modules: z.array(z.string()),
    bootId: z.string().nullable(),
    uptimeSeconds: z.number().nullable(),
    kdumpReady: z.boolean().nullable(),
    labels: z.record(z.string(), z.string()),
  })
  .meta({ id: 'CensusHost', description: 'What the newest heartbeat of a host said.' });
