import { readDetails, readTranscript } from '../../src/index';
import { BOOT_LINES } from '../../src/tables/boot-lines';
import { ADDRESS_LINES, CODE_LINES } from '../../src/tables/fault-lines';
import { HARDWARE_LINES } from '../../src/tables/hardware-lines';
import { DUMP_LINES, MEMORY_LINES } from '../../src/tables/memory-lines';
import { REGISTER_LINES } from '../../src/tables/register-lines';
import { STACK_MARKS, STACK_ROLES } from '../../src/tables/stack-roles';
import { caseTexts } from '../mutation/case-texts';
import { ARM_ERAS } from './eras-arm';
import { OTHER_ERAS } from './eras-others';
import { X86_ERAS } from './eras-x86';
import { stamped } from './reports';
import { WORDINGS } from './wordings';

interface Row {
  readonly match: RegExp;
}

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  registers: REGISTER_LINES,
  'stack roles': STACK_ROLES,
  'stack marks': STACK_MARKS,
  addresses: ADDRESS_LINES,
  codes: CODE_LINES,
  memory: MEMORY_LINES,
  dumps: DUMP_LINES,
  hardware: HARDWARE_LINES,
  boot: BOOT_LINES,
};

type Exec = (text: string) => RegExpExecArray | null;

/** Reads with a row that answers `exec` instead of its own expression, which is how it is gone. */
function withExec<T>(row: Row, exec: Exec, read: () => T): T {
  Object.defineProperty(row.match, 'exec', { value: exec, configurable: true });
  try {
    return read();
  } finally {
    delete (row.match as { exec?: Exec }).exec;
  }
}

/** Details of all reports in a text, as one comparable text. */
function pinned(bytes: Uint8Array): string {
  const details = readTranscript(bytes).readings.map((reading) => readDetails(bytes, reading));
  return JSON.stringify(details, (_key, value: unknown) => {
    if (typeof value === 'bigint') return value.toString(16);
    return value instanceof Map ? [...(value as Map<string, unknown>)] : value;
  });
}

/** Cases tried for one row: the first that notices is enough. */
const MOST_TRIED = 12;

/** Rows that can be taken out of their tables without the details of any case or wording changing. */
export function survivingRows(): string[] {
  const reports = [...X86_ERAS, ...ARM_ERAS, ...OTHER_ERAS].map(({ lines }) => stamped(lines));
  const texts = [
    ...caseTexts().map(({ bytes }) => bytes),
    ...[...reports, ...WORDINGS].map((text) => Buffer.from(text)),
  ];
  const rows = Object.entries(TABLES).flatMap(([table, all]) => all.map((row) => [table, row] as const));
  const met = new Map(rows.map(([, row]) => [row, new Set<Uint8Array>()] as const));
  const before = new Map<Uint8Array, string>();
  let current: Uint8Array = Buffer.alloc(0);
  const read = () => {
    for (current of texts) before.set(current, pinned(current));
  };
  const watched = rows.reduce<() => void>((inner, [, row]) => {
    const exec = (text: string) => {
      const m = RegExp.prototype.exec.call(row.match, text);
      if (m !== null) met.get(row)?.add(current);
      return m;
    };
    return () => withExec(row, exec, inner);
  }, read);
  watched();
  const noticed = (row: Row) =>
    withExec(
      row,
      () => null,
      () => [...(met.get(row) ?? [])].slice(-MOST_TRIED).some((bytes) => pinned(bytes) !== before.get(bytes)),
    );
  return rows.filter(([, row]) => !noticed(row)).map(([table, { match }]) => `${table}: ${match.source}`);
}
