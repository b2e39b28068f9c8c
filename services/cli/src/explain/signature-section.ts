import { machineryLine, type Blame, type BlameStep, type ListHit } from '@oopstream/core-signature';
import type { Frame, Reading } from '@oopstream/core-transcript';
import type { ExplainedCrash, ExplainedText } from './explained';
import type { Terminal } from './terminal';
import { visible, visibleBytes } from './visible';

type Ink = Terminal['ink'];

const COLUMN = 10;

function row(ink: Ink, name: string, value: string): string {
  return `  ${ink.dim(value === '' ? name : name.padEnd(COLUMN))}${value}`;
}

/** How a crash was signed: what was read, which frames were passed over by which list line, what was hashed. */
export function renderSignature(
  { reading, explanation }: ExplainedCrash,
  { ink }: Terminal,
): readonly string[] {
  const { signature, blame, exactText, looseText } = explanation;
  const nobody = ink.dim('nobody');
  const blamed =
    signature.blamed === null ? nobody : `${ink.red(visible(signature.blamed))}  ${ink.dim(blame.rule)}`;
  const lines = [
    '',
    ink.bold('How it was signed'),
    row(ink, 'kind', kindText(reading, signature.family, ink)),
  ];
  if (reading.fault) lines.push(row(ink, 'fault', faultText(reading, ink)));
  lines.push(row(ink, 'blamed', blamed));
  lines.push(
    row(
      ink,
      'entry',
      signature.entry === null ? ink.dim('the stack does not reach it') : visible(signature.entry),
    ),
  );
  lines.push(row(ink, 'stack', reading.frames.length === 0 ? ink.dim('none') : ''));
  for (const frame of reading.frames)
    lines.push(frameText(frame, stepOf(blame, frame), { ink, isBlamed: signature.blamed !== null }));
  lines.push(row(ink, 'keys', ink.dim('SHA-256 of the text in quotes, 32 digits of it')));
  lines.push(keyText(ink, 'group', signature.groupKey, signature.groupText));
  lines.push(keyText(ink, 'exact', signature.exactKey, exactText));
  lines.push(keyText(ink, 'loose', signature.looseKey, looseText));
  return lines;
}

function kindText(reading: Reading, family: string, ink: Ink): string {
  const notes = [family === reading.kind ? '' : `family ${family}`, reading.exception ?? ''];
  if (reading.fatal) notes.push('fatal');
  else if (reading.panicked) notes.push('a panic followed');
  const said = notes.filter((note) => note !== '').join(', ');
  return said === '' ? reading.kind : `${reading.kind}  ${ink.dim(said)}`;
}

function faultText({ fault }: Reading, ink: Ink): string {
  if (fault === null) return '';
  const offset = fault.offset === null ? '' : `+${fault.offset}`;
  const module = fault.module === null ? '' : ` [${fault.module}]`;
  return `${visible(`${fault.function}${offset}${module}`)}${fault.ofCrash ? '' : ink.dim('  not of the crash itself')}`;
}

function stepOf(blame: Blame, frame: Frame): BlameStep | undefined {
  const bare = frame.function.replace(/\..*$/, '');
  return blame.steps.find((step) => step.function === frame.function || step.function === bare);
}

function frameText(
  frame: Frame,
  step: BlameStep | undefined,
  { ink, isBlamed }: { readonly ink: Ink; readonly isBlamed: boolean },
): string {
  const offset = frame.offset === null ? '' : `+${frame.offset}`;
  const module = frame.module === null ? '' : ` [${frame.module}]`;
  const name = visible(`${frame.function}${offset}${module}`).padEnd(44);
  if (!frame.reliable) return `    ${ink.dim(`${name}  not reliable`)}`;
  const hit: ListHit | null = step === undefined ? machineryLine(frame.function) : step.skippedBy;
  if (hit) {
    const { list, line, reason } = hit;
    return `    ${ink.dim(`${name}  skipped by ${list}:${line}, ${reason}`)}`;
  }
  return step && isBlamed ? `  ${ink.red('→')} ${name}  ${ink.red('blamed')}` : `    ${name.trimEnd()}`;
}

function keyText(ink: Ink, name: string, key: string, text: string): string {
  return `    ${name.padEnd(6)} ${ink.cyan(key)}  ${ink.dim(JSON.stringify(visibleKeyed(text)))}`;
}

/** Line ends stay: they are part of what is hashed, and JSON spells them. */
const visibleKeyed = (text: string): string => text.split('\n').map(visible).join('\n');

/** Which lines were read as what. */
export function renderLines(
  { source, observations }: ExplainedText,
  { ink, columns }: Terminal,
): readonly string[] {
  const head = [ink.bold(`What the lines of ${visible(source.file)} were read as`)];
  const rows = observations.map(({ span, role, note }) => {
    const text = visibleBytes(
      source.bytes.subarray(span.start, Math.min(span.end, span.start + columns)),
    ).trim();
    const line = String(source.lineAt(span.start)).padStart(6);
    return `${ink.dim(line)}  ${ink.cyan(role.padEnd(11))} ${text.slice(0, columns - 22)}  ${ink.dim(visible(note))}`.trimEnd();
  });
  return [
    ...head,
    ...(rows.length === 0 ? [ink.dim('  nothing in it was taken for part of a report')] : rows),
  ];
}
