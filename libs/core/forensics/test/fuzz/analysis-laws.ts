import {
  DEFAULT_READ_LIMITS,
  readDetails,
  readSession,
  readTranscript,
  type ReadLimits,
} from '@oopstream/core-transcript';
import {
  analyse,
  DEFAULT_ANALYSIS_LIMITS,
  parseInstructionText,
  type Analysis,
  type AnalysisLimits,
  type CrashEvidence,
  type Disassemble,
  type Evidence,
} from '../../src';

/** Far above what any text needs and far below what a quadratic one does: the reading's own bound, for the analysis alone. */
const CPU_MS = 100;
const CPU_NS_PER_BYTE = 4_000;
/** Readings of one text that are analysed: more only repeat. */
const ANALYSED = 4;

const TEXTS = [
  'mov 0x0(%rbp,%rax,1),%rbx',
  'mov %rax,0x18(%rbx)',
  'push %rax',
  'ud2',
  'div %ecx',
  'call *%rax',
  'jne ffffffff81000000',
  'lock xadd %eax,(%rdi)',
];

/** Some instruction for any bytes, the same each time: what is analysed is no real code anyway. */
export const anyInstruction: Disassemble = Object.assign(
  (...[arch, bytes]: Parameters<Disassemble>) => {
    const text = TEXTS[(bytes[0] ?? 0) % (TEXTS.length + 1)];
    const decoded = text === undefined ? null : parseInstructionText(text, arch);
    return decoded === null ? null : { ...decoded, lengthBytes: 1 + ((bytes[0] ?? 0) % 7) };
  },
  {
    lengths: (...[, bytes, starts]: Parameters<NonNullable<Disassemble['lengths']>>) => {
      const lengths = new Uint8Array(bytes.length);
      const reached = new Set(lengths.subarray(0, starts).keys());
      for (const [at, byte] of bytes.entries()) {
        if (!reached.has(at)) continue;
        lengths[at] = 1 + (byte % 7);
        reached.add(at + 1 + (byte % 7));
      }
      return lengths;
    },
  },
);

/** @returns the law of analyses that a text breaks, and how; `null` when all hold. */
export function brokenAnalysis(
  bytes: Uint8Array,
  limits: ReadLimits = DEFAULT_READ_LIMITS,
  disassemble: Disassemble = anyInstruction,
): string | null {
  const small = limits !== DEFAULT_READ_LIMITS;
  const most = small ? smallLimits(limits) : DEFAULT_ANALYSIS_LIMITS;
  try {
    const session = readSession(bytes);
    for (const reading of readTranscript(bytes, limits).readings.slice(0, ANALYSED)) {
      const evidence = { reading, details: readDetails(bytes, reading), session };
      const broken = brokenBy(evidence, bytes.length, most, disassemble);
      if (broken !== null) return `analysis of ${reading.kind}: ${broken}`;
    }
    return null;
  } catch (error) {
    return `throws: ${error instanceof Error ? error.stack : String(error)}`;
  }
}

/** Limits that go with small reading limits, so that each cap is met. */
function smallLimits({ maxFrames, maxReadings }: ReadLimits): AnalysisLimits {
  return {
    maxMemoryWords: maxFrames,
    maxMembers: maxFrames,
    maxStackWords: 2 * maxFrames,
    maxListing: maxReadings,
    maxInstructions: maxFrames,
    maxFindings: maxReadings,
  };
}

function brokenBy(
  evidence: CrashEvidence,
  sizeBytes: number,
  limits: AnalysisLimits,
  disassemble: Disassemble,
): string | null {
  const before = process.cpuUsage();
  const analysis = analyse(evidence, disassemble, limits);
  const { user, system } = process.cpuUsage(before);
  const written = JSON.stringify(analysis);
  if (written !== JSON.stringify(analyse(evidence, disassemble, limits))) return 'differs the second time';
  // What is no plain data is lost on the way, or cannot be written at all.
  if (JSON.stringify(JSON.parse(written)) !== written) return 'is no plain data';
  if (analysis.findings.length > limits.maxFindings) return `${analysis.findings.length} findings`;
  return (
    certainOfDamaged(evidence, analysis) ??
    misplaced(analysis, sizeBytes) ??
    tooSlow(evidence, limits, sizeBytes, (user + system) / 1000)
  );
}

function certainOfDamaged({ reading }: CrashEvidence, { verdict, findings }: Analysis): string | null {
  if (reading.damage === null) return null;
  if (verdict.confidence === 'certain')
    return `certain of ${verdict.class}, and the reading is ${reading.damage}`;
  const certain = findings.find(({ confidence }) => confidence === 'certain');
  return certain === undefined ? null : `certain: ${certain.claim}, and the reading is ${reading.damage}`;
}

function misplaced(analysis: Analysis, sizeBytes: number): string | null {
  const shown: readonly (readonly [string, readonly Pick<Evidence, 'span'>[]])[] = [
    ...analysis.findings.map(({ claim, evidence }) => [claim, evidence] as const),
    ...analysis.hardware.parts.map(({ reason, evidence }) => [reason, evidence] as const),
    ['registers', analysis.registers],
  ];
  for (const [claim, evidence] of shown) {
    const outside = evidence.find(
      ({ span }) => !(span.start >= 0 && span.start <= span.end && span.end <= sizeBytes),
    );
    if (outside !== undefined)
      return `${claim}: evidence outside of the text: ${JSON.stringify(outside.span)}`;
  }
  const unproven = analysis.findings.find(({ evidence }) => evidence.length === 0);
  return unproven === undefined ? null : `${unproven.claim}: no evidence`;
}

/** Processor time; measured again before it counts, since the first time may have met a collection of garbage. */
function tooSlow(
  evidence: CrashEvidence,
  limits: AnalysisLimits,
  sizeBytes: number,
  firstMs: number,
): string | null {
  const allowedMs = CPU_MS + (sizeBytes * CPU_NS_PER_BYTE) / 1e6;
  let leastMs = firstMs;
  for (let attempt = 0; attempt < 2 && leastMs > allowedMs; attempt++) {
    const before = process.cpuUsage();
    analyse(evidence, anyInstruction, limits);
    const { user, system } = process.cpuUsage(before);
    leastMs = Math.min(leastMs, (user + system) / 1000);
  }
  return leastMs <= allowedMs ? null : `takes ${leastMs.toFixed(0)} ms for ${sizeBytes} bytes`;
}
