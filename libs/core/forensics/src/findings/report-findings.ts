import type { HeldLock, Stack } from '@oopstream/core-transcript';
import type { Finding } from '../analysis';
import type { CrashCase } from '../crash-case';
import { inModule } from '../verdict/say';
import { ownFrame } from '../verdict/scene';

/** Lists of locks and records can be long; the transcript has the rest. */
const MAX_TOLD = 6;
/** Stacks that say who handled the memory in question before. */
const HANDLED: Readonly<Partial<Record<Stack['role'], string>>> = {
  'allocated-by': 'allocated',
  'freed-by': 'freed',
  'stored-by': 'stored to',
};

/** What the kernel itself states beside its registers: the object, who handled it, locks, hardware records. */
export function findStatements(crash: CrashCase): readonly Finding[] {
  return [...findObject(crash), ...findHandlers(crash), ...findLocks(crash), ...findHardware(crash)];
}

function findObject({ details }: CrashCase): readonly Finding[] {
  const { object } = details;
  if (object === null || object.objectSize === null) return [];
  const { access, accessSize, accessOffset, objectSize, cache } = object;
  const what =
    cache === null ? `an object of ${objectSize} bytes` : `an object of ${cache} (${objectSize} bytes)`;
  const size = accessSize === null ? '' : ` of ${accessSize} bytes`;
  return [
    {
      kind: 'object',
      claim:
        access === null || accessOffset === null
          ? `The report is about ${what}.`
          : `The ${access}${size} was ${placeIn(accessOffset, objectSize)} ${what}.`,
      confidence: 'certain',
      evidence: [{ span: object.span, note: 'the object' }],
      confirm: object.objectAddress === null ? null : `kmem ${object.objectAddress.toString(16)}`,
    },
  ];
}

function placeIn(offset: number, size: number): string {
  if (offset < 0) return `${-offset} bytes before`;
  return offset < size ? `${offset} bytes inside` : `${offset - size} bytes behind the end of`;
}

function findHandlers({ details }: CrashCase): readonly Finding[] {
  return details.stacks.flatMap(({ role, frames, pid, comm, span }): Finding[] => {
    const did = HANDLED[role];
    const owner = ownFrame(frames);
    if (did === undefined || owner === null) return [];
    const task = comm ?? (pid === null ? null : `pid ${pid}`);
    return [
      {
        kind: 'sanitizer',
        claim: `The memory was ${did} by ${owner.name}${inModule(owner.module)}${task === null ? '' : ` in task ${task}`}.`,
        confidence: 'certain',
        evidence: [{ span, note: `${did} by` }],
        confirm: null,
      },
    ];
  });
}

const STATES: Readonly<Record<HeldLock['state'], string>> = {
  held: 'holds',
  wanted: 'waits for or was about to take',
  ordered: 'took before',
};

function findLocks({ details }: CrashCase): readonly Finding[] {
  const told = details.locks.filter(({ state }) => state !== 'ordered').slice(0, MAX_TOLD);
  return told.map(({ state, name, task, pid, at, span }) => {
    const who = task === null ? 'The task' : `Task ${task}${pid === null ? '' : ` (pid ${pid})`}`;
    return {
      kind: 'lock',
      claim: `${who} ${STATES[state]} ${name}${at === null ? '' : `, at ${at}`}.`,
      confidence: 'likely',
      evidence: [{ span, note: name }],
      confirm: null,
    };
  });
}

function findHardware({ details }: CrashCase): readonly Finding[] {
  return details.hardwareRecords
    .slice(0, MAX_TOLD)
    .map(({ source, corrected, location, bank, text, span }) => {
      const where = [location, bank === null ? null : `bank ${bank}`]
        .filter((part) => part !== null)
        .join(', ');
      return {
        kind: 'hardware',
        claim: `The ${corrected ? 'corrected ' : ''}${source.toUpperCase()} record${where === '' ? '' : ` (${where})`} says “${text.slice(0, 160)}”.`,
        confidence: 'certain',
        evidence: [{ span, note: source }],
        confirm: null,
      };
    });
}
