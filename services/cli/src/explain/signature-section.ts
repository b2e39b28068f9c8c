import type { Frame, Reading } from '@oopstream/core-transcript';
import { machineryLine, type Blame, type BlameStep, type ListHit } from '@oopstream/core-signature';
import pc from 'picocolors';
import type { Explained, ExplainedCrash } from './explain';

const COLUMN = 10;

function row(name: string, value: string): string {
  return `  ${pc.dim(name.padEnd(COLUMN))}${value}`;
}

/** For people: short, coloured where the terminal has colours. */
export function renderExplained(explained: Explained, withLines: boolean): string {
  const { crashes, omittedReadings } = explained;
  const count =
    crashes.length === 0 ? 'no crash' : `${crashes.length} ${crashes.length === 1 ? 'crash' : 'crashes'}`;
  const omitted = omittedReadings > 0 ? `, ${omittedReadings} more beyond the limit` : '';
  const blocks = [`${explained.file}: ${explained.sizeBytes} bytes, ${count}${omitted}`];
  crashes.forEach((crash, i) => blocks.push(renderCrash(crash, i + 1)));
  if (withLines) blocks.push(renderLines(explained));
  return blocks.join('\n\n');
}

function renderCrash({ reading, explanation }: ExplainedCrash, number: number): string {
  const { signature, blame, exactText, looseText } = explanation;
  const lines = [`${number}  ${pc.bold(signature.title)}`];
  if (reading.headline) lines.push(row('header', reading.headline));
  lines.push(row('kind', kindText(reading, signature.family)));
  if (reading.fault) lines.push(row('fault', faultText(reading)));
  lines.push(
    row(
      'blamed',
      signature.blamed === null ? pc.dim('nobody') : `${pc.red(signature.blamed)}  ${pc.dim(blame.rule)}`,
    ),
  );
  lines.push(row('entry', signature.entry ?? pc.dim('the stack does not reach it')));
  lines.push(row('task', taskText(reading)));
  lines.push(row('kernel', kernelText(reading)));
  if (reading.damage !== null) lines.push(row('damage', pc.yellow(reading.damage)));
  lines.push(row('stack', reading.frames.length === 0 ? pc.dim('none') : ''));
  for (const frame of reading.frames) lines.push(frameText(frame, stepOf(blame, frame), signature.blamed));
  lines.push(row('keys', ''));
  lines.push(keyText('group', signature.groupKey, signature.groupText));
  lines.push(keyText('exact', signature.exactKey, exactText));
  lines.push(keyText('loose', signature.looseKey, looseText));
  return lines.join('\n');
}

function kindText(reading: Reading, family: string): string {
  const notes = [family === reading.kind ? '' : `family ${family}`, reading.exception ?? ''];
  if (reading.fatal) notes.push('fatal');
  else if (reading.panicked) notes.push('a panic followed');
  const said = notes.filter((note) => note !== '').join(', ');
  return said === '' ? reading.kind : `${reading.kind}  ${pc.dim(said)}`;
}

function faultText({ fault }: Reading): string {
  if (fault === null) return '';
  const offset = fault.offset === null ? '' : `+${fault.offset}`;
  const module = fault.module === null ? '' : ` [${fault.module}]`;
  return `${fault.function}${offset}${module}${fault.ofCrash ? '' : pc.dim('  not of the crash itself')}`;
}

function taskText({ comm, pid, cpu }: Reading): string {
  const parts = [comm ?? '', pid === null ? '' : `pid ${pid}`, cpu === null ? '' : `CPU ${cpu}`];
  return parts.filter((part) => part !== '').join(', ') || pc.dim('unknown');
}

function kernelText({ kernelRelease, arch, taint, hardware }: Reading): string {
  const tainted = taint === null ? '' : taint === '' ? 'not tainted' : `tainted ${taint}`;
  const parts = [kernelRelease ?? '', arch ?? '', tainted, hardware ?? ''];
  return parts.filter((part) => part !== '').join(', ') || pc.dim('unknown');
}

function stepOf(blame: Blame, frame: Frame): BlameStep | undefined {
  const bare = frame.function.replace(/\..*$/, '');
  return blame.steps.find((step) => step.function === frame.function || step.function === bare);
}

function frameText(frame: Frame, step: BlameStep | undefined, blamed: string | null): string {
  const offset = frame.offset === null ? '' : `+${frame.offset}`;
  const module = frame.module === null ? '' : ` [${frame.module}]`;
  const name = `${frame.function}${offset}${module}`.padEnd(44);
  if (!frame.reliable) return `    ${pc.dim(`${name}  not reliable`)}`;
  const hit: ListHit | null = step === undefined ? machineryLine(frame.function) : step.skippedBy;
  if (hit) {
    const { list, line, reason } = hit;
    return `    ${pc.dim(`${name}  skipped by ${list}:${line}, ${reason}`)}`;
  }
  return step && blamed !== null ? `  ${pc.red('→')} ${name}  ${pc.red('blamed')}` : `    ${name.trimEnd()}`;
}

function keyText(name: string, key: string, text: string): string {
  return `    ${name.padEnd(6)} ${pc.cyan(key)}  ${pc.dim(JSON.stringify(text))}`;
}

function renderLines(explained: Explained): string {
  const lines = explained.lines.map(
    ({ span, role, note, text }) =>
      `  ${String(span.start).padStart(8)}  ${pc.cyan(role.padEnd(11))} ${text.trim().slice(0, 100)}  ${pc.dim(note)}`,
  );
  return [pc.dim('lines (byte offset, read as, text, why)'), ...lines].join('\n');
}
