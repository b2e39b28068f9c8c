import { hexValue } from '../hex-value';
import type { Reading } from '../reading';
import { type DetailLine, spanIn } from './detail-line';
import type { Sourced } from './details';

// arch/x86/kernel/dumpstack_{32,64}.c show_stack_log_lvl (to 4.x); arch/mips, loongarch kernel/traps.c show_stacktrace;
// arch/arm/kernel/traps.c dump_mem.
const HEAD = /^Stack ?:(?: \(0x[0-9a-f]{8} to 0x[0-9a-f]{8}\))?(?=\s|$)/;
const ARM = /^[0-9a-f]{4}: {1,64}(?=[0-9a-f]{8})/;
const WORDS = /^(?:<\w?> ?)?[0-9a-f]{8,16}(?:\s+(?:<\w?> ?)?[0-9a-f]{8,16})*\s*(?:\.\.\.)?\s*$/;
const WORD = /\b(?:[0-9a-f]{16}|[0-9a-f]{8})\b/g;

/** Reads the words that older kernels and other architectures dump of the stack. */
export class StackWordReader {
  readonly words: Sourced<bigint>[] = [];
  private open = false;
  private done = false;

  constructor(
    private readonly arch: Reading['arch'],
    private readonly maxWords: number,
  ) {}

  line(line: DetailLine): boolean {
    const head = line.text.startsWith('Stack') ? HEAD.exec(line.text) : null;
    if (head !== null) {
      this.open = !this.done;
      this.done = true;
      if (this.open) this.take(line, head[0].length);
      return true;
    }
    if (!this.open) return false;
    const label = this.arch === 'arm' ? ARM.exec(line.text) : null;
    const at = label?.[0].length ?? 0;
    this.open = (this.arch !== 'arm' || label !== null) && WORDS.test(line.text.slice(at));
    if (this.open) this.take(line, at);
    return this.open;
  }

  private take(line: DetailLine, from: number): void {
    WORD.lastIndex = from;
    for (let m = WORD.exec(line.text); m !== null; m = WORD.exec(line.text)) {
      if (this.words.length >= this.maxWords) return;
      this.words.push({ value: hexValue(m[0]), span: spanIn(line, m.index, m[0].length) });
    }
  }
}
