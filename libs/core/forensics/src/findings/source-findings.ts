import type { Instruction } from '@oopstream/core-transcript';
import type { Evidence, Finding } from '../analysis';
import { builtFrom } from '../built-from';
import type { CrashCase } from '../crash-case';

/** Top directories of the kernel's tree: what stands before them is the build machine's. */
const IN_TREE =
  /^.*\/(?=(?:arch|block|certs|crypto|drivers|fs|include|init|io_uring|ipc|kernel|lib|mm|net|rust|security|sound|virt)\/)/;

/** Who ran, where the instruction stands in the source, which package it was built from. */
export function findSource(crash: CrashCase): readonly Finding[] {
  return [...findTask(crash), ...findPlace(crash), ...findPackage(crash)];
}

function findTask({ reading, backtrace }: CrashCase): readonly Finding[] {
  if (reading.comm === null || reading.kind === 'hung-task') return [];
  const where = [
    reading.pid === null ? null : `pid ${reading.pid}`,
    reading.cpu === null ? null : `on CPU ${reading.cpu}`,
  ].filter((part) => part !== null);
  const span = backtrace?.span.start === reading.span.start ? backtrace.span : reading.span;
  return [
    {
      kind: 'task',
      claim: `The task was ${reading.comm}${where.length === 0 ? '' : ` (${where.join(', ')})`}.`,
      confidence: reading.damage === null ? 'certain' : 'likely',
      evidence: [{ span, note: 'the report' }],
      confirm: null,
    },
  ];
}

/** Function, offset and source line of the instruction pointer, where a listing or `sym` has them. */
function findPlace(crash: CrashCase): readonly Finding[] {
  const line = listed(crash);
  if (line === null) return [];
  const source = line.source === null ? '' : ` (${line.source.replace(IN_TREE, '')})`;
  const place = `${line.function}+${line.offset}${source}`;
  const frame = crash.backtrace?.frames.find(({ address }) => address === line.address);
  const evidence: Evidence[] = [{ span: line.span, note: place }];
  const saved = crash.pointer;
  if (saved !== null && saved.span.start !== line.span.start)
    evidence.push({ span: saved.span, note: 'saved instruction pointer' });
  if (frame !== undefined) evidence.push({ span: frame.span, note: `frame #${frame.number}` });
  const address = `0x${line.address.toString(16)}`;
  return [
    {
      kind: 'source',
      claim:
        frame === undefined
          ? `The instruction pointer ${address} is ${place}.`
          : `Frame #${frame.number} stands at ${address}, the saved instruction pointer: ${place}.`,
      confidence: 'certain',
      evidence,
      confirm: null,
    },
  ];
}

function listed({
  session,
  pointer,
}: CrashCase): Pick<Instruction, 'address' | 'function' | 'offset' | 'source' | 'span'> | null {
  if (session === null || pointer === null) return null;
  const here = ({ address }: { readonly address: bigint }): boolean => address === pointer.value;
  const symbol = session.symbols.find(here);
  return (
    session.instructions.find(here) ?? (symbol === undefined ? null : { ...symbol, function: symbol.name })
  );
}

/** The package and release that debuginfo's paths name. */
function findPackage(crash: CrashCase): readonly Finding[] {
  const built = builtFrom(crash);
  if (built === null) return [];
  return [
    {
      kind: 'release',
      claim: `The source path names the package ${built.package} and the release ${built.release}.`,
      confidence: 'certain',
      evidence: [{ span: built.span, note: 'path of the source line' }],
      confirm: 'sys',
    },
  ];
}
