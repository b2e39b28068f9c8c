import {
  DEFAULT_SESSION_LIMITS,
  readSession,
  type Session,
  type SessionLimits,
  type Span,
} from '@oopstream/core-transcript';

/** Control characters between the digits move them: only texts without any can be held to the letter. */
const CONTROL = /[\0-\x08\x0b-\x1f]/;

/** @returns the law that the session of a text breaks, and how; `null` when all hold. Throws what the reader throws. */
export function brokenSession(
  bytes: Uint8Array,
  limits: SessionLimits = DEFAULT_SESSION_LIMITS,
): string | null {
  const session = readSession(bytes, limits);
  if (session === null) return null;
  return tooMany(session, limits) ?? misplaced(session, bytes);
}

function tooMany(session: Session, limits: SessionLimits): string | null {
  const { backtraces, structs, memory, caches } = session;
  const sum = (counts: readonly number[]) => counts.reduce((all, one) => all + one, 0);
  const frames = backtraces.flatMap((one) => one.frames);
  const rows = [session.commands, session.instructions, session.modules, session.tasks, session.symbols];
  const counts: readonly (readonly [string, number, number])[] = [
    ['backtraces', backtraces.length, limits.maxBacktraces],
    ['frames', Math.max(0, ...backtraces.map((one) => one.frames.length)), limits.maxFrames],
    ['exception frames', Math.max(0, ...backtraces.map((b) => b.exceptionFrames.length)), limits.maxFrames],
    [
      'words',
      sum(frames.map((one) => one.words.length)) + sum(memory.map((one) => one.words.length)),
      limits.maxWords,
    ],
    ['members', sum(structs.map((one) => one.members.length)), limits.maxMembers],
    ['rows', Math.max(...rows.map((list) => list.length), caches.length, memory.length), limits.maxRows],
  ];
  const broken = counts.find(([, count, most]) => count > most);
  return broken ? `${broken[1]} ${broken[0]}` : null;
}

/** Numbers that stand in the text as they are, in hexadecimal. */
function numbersOf({ backtraces }: Session): { readonly value: bigint | null; readonly span: Span }[] {
  const holders = backtraces.flatMap((one) => [...one.frames, ...one.exceptionFrames]);
  const registers = holders.flatMap((one) => [...(one.registers?.values.values() ?? [])]);
  const words = backtraces.flatMap((one) => one.frames.flatMap((frame) => frame.words));
  return [...registers, ...words.filter((word) => word.label === null)];
}

function spansOf(session: Session): Span[] {
  const { backtraces, commands, instructions, structs, memory, caches, modules, tasks, symbols, errors } =
    session;
  const lists = [backtraces, instructions, structs, memory, caches, modules, tasks, symbols, errors];
  const inner = [
    backtraces.flatMap((one) => [...one.frames, ...one.exceptionFrames]),
    structs.flatMap((one) => one.members),
    memory.flatMap((one) => one.words),
    caches.flatMap((one) => [...one.complaints, ...one.objects]),
    [...session.banner.values()],
  ];
  return [
    ...[...lists, ...inner].flatMap((list) => list.map((one) => one.span)),
    ...commands.map((c) => c.output),
  ];
}

function misplaced(session: Session, bytes: Uint8Array): string | null {
  const inside = ({ start, end }: Span) => 0 <= start && start <= end && end <= bytes.length;
  const outside = [...spansOf(session), ...numbersOf(session).map(({ span }) => span)].find(
    (s) => !inside(s),
  );
  if (outside) return `span outside of the text: ${JSON.stringify(outside)}`;
  for (const { value, span } of numbersOf(session)) {
    const text = Buffer.from(bytes.subarray(span.start, span.end)).toString('latin1');
    if (CONTROL.test(text)) continue;
    if (value === null || !/^[0-9a-f]+$/.test(text) || BigInt(`0x${text}`) !== value)
      return `${value?.toString(16)} is not ${JSON.stringify(text.slice(0, 40))}`;
  }
  return null;
}
