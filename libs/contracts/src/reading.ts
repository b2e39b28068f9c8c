import { z } from 'zod';

const span = z.object({ start: z.int().min(0), end: z.int().min(0) });
const arch = z.enum(['x86_64', 'i386', 'arm64', 'arm', 'powerpc', 's390x', 'riscv', 'mips', 'loongarch']);

const frame = z.object({
  function: z.string(),
  offset: z.number().nullable(),
  size: z.number().nullable(),
  module: z.string().nullable(),
  reliable: z.boolean(),
  inline: z.boolean(),
  source: z.string().nullable(),
  address: z.string().nullable(),
  span,
});

/** A reading as it travels; see core's `Reading`. */
export const readingSchema = z
  .object({
    format: z.enum(['console', 'crash8']),
    span,
    kind: z.string(),
    headline: z.string().nullable(),
    exception: z.string().nullable(),
    fault: z
      .object({
        function: z.string(),
        offset: z.number().nullable(),
        module: z.string().nullable(),
        address: z.string().nullable(),
        ofCrash: z.boolean(),
      })
      .nullable(),
    frames: z.array(frame),
    mentions: z.object({
      header: z.array(z.string()),
      lockSites: z.array(z.string()),
      workFunction: z.string().nullable(),
    }),
    damage: z
      .enum(['torn', 'truncated', 'header-lost', 'trace-lost', 'other-report-between', 'aftermath-only'])
      .nullable(),
    fatal: z.boolean(),
    panicked: z.boolean(),
    kernelRelease: z.string().nullable(),
    arch: arch.nullable(),
    comm: z.string().nullable(),
    pid: z.number().nullable(),
    cpu: z.number().nullable(),
    taint: z.string().nullable(),
    hardware: z.string().nullable(),
    uptimeSeconds: z.number().nullable(),
    occurredAtMs: z.number().nullable(),
    bootId: z.string().nullable(),
    moment: z
      .object({
        bootedAtMs: z.number().nullable(),
        uptimeSeconds: z.number().nullable(),
        machineStates: z.array(z.string()),
      })
      .nullish(),
  })
  .meta({
    id: 'Reading',
    description: 'What one algorithm version understood at one place of a transcript.',
  });

/** The keys of a reading as they travel; see core's `Signature`. */
export const signatureSchema = z
  .object({
    algorithmVersion: z.int().min(1),
    title: z.string(),
    exactKey: z.string(),
    groupKey: z.string(),
    groupText: z.string(),
    looseKey: z.string(),
    family: z.string(),
    blamed: z.string().nullable(),
    entry: z.string().nullable(),
  })
  .meta({ id: 'Signature', description: 'The identity of a crash as one algorithm version sees it.' });
