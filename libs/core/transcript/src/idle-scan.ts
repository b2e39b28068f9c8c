import { IDLE_SCAN } from './idle-scan-module';
import { automatonOf } from './line-starts';

/** What assembly/idle-scan.ts exports. */
interface ScanExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  place(startsAt: number, roomAt: number, textAt: number): void;
  survey(length: number): number;
  pass(from: number, maxLineBytes: number): number;
}

/** The part of the standard global that is used here. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: ScanExports };
  validate(bytes: Uint8Array): boolean;
};

const PAGE_BYTES = 65_536;
const STARTS_AT = 4096;
/** Room for one line without its control characters. */
const ROOM_BYTES = 16_384;
/** Behind the text: a seam, marks (a bit a byte), their end. */
const bytesBehind = (length: number) => 256 + (length >> 3);
/** Bytes of a text that are in the module's memory at one time: what bounds that memory. */
export const WINDOW_BYTES = 4 << 20;

/** Bits of what survey() answers. */
const CONTROL = 1;
const CRASH8 = 2;

/** What the bytes of a window hold. */
export interface Survey {
  /** A control character besides the line end, or a tab. */
  readonly control: boolean;
  /** A mark of crash(8), or what is much like one. */
  readonly crash8: boolean;
}

/** Where pass() stopped. Places count from the start of the window. */
export interface PassResult {
  readonly start: number;
  readonly passed: number;
  /** Start of the last framed line among those passed; -1 for none. */
  readonly lastFramed: number;
  /** The message that has to be looked at; `null`: the line has to be read anyway, or is not whole. */
  readonly message: Uint8Array | null;
  readonly framed: boolean;
  readonly next: number;
}

/**
 * The compiled scanner and its memory. One text at a time is in it: whoever uses it says each time whose text it is, and
 * puts it there again where another came between.
 */
export class IdleScan {
  private bytes: Uint8Array;
  private found: Int32Array;
  private readonly textAt: number;
  private owner: object | null = null;

  /** @returns null where the machine or the way node was started has no WebAssembly with SIMD. */
  static create(starts: Iterable<string>): IdleScan | null {
    if (typeof WebAssembly === 'undefined') return null;
    const code = Uint8Array.from(atob(IDLE_SCAN), (letter) => letter.charCodeAt(0));
    if (!WebAssembly.validate(code)) return null;
    return new IdleScan(new WebAssembly.Instance(new WebAssembly.Module(code)).exports, automatonOf(starts));
  }

  private constructor(
    private readonly scan: ScanExports,
    automaton: Uint16Array,
  ) {
    const roomAt = (STARTS_AT + automaton.byteLength + 63) & ~63;
    this.textAt = roomAt + ROOM_BYTES;
    this.bytes = new Uint8Array(scan.memory.buffer);
    this.found = new Int32Array(scan.memory.buffer);
    this.reserve(this.textAt);
    new Uint16Array(scan.memory.buffer).set(automaton, STARTS_AT >> 1);
    scan.place(STARTS_AT, roomAt, this.textAt);
  }

  holds(owner: object): boolean {
    return this.owner === owner;
  }

  /** Takes over a window of a text, `WINDOW_BYTES` at most. */
  load(owner: object, window: Uint8Array): Survey {
    this.reserve(this.textAt + window.length + bytesBehind(window.length));
    this.bytes.set(window, this.textAt);
    this.owner = owner;
    const bits = this.scan.survey(window.length);
    return { control: (bits & CONTROL) !== 0, crash8: (bits & CRASH8) !== 0 };
  }

  /** @returns the first line from `from` on that says something, or is of no usual form. */
  pass(from: number, maxLineBytes: number): PassResult {
    const start = this.scan.pass(from, maxLineBytes);
    const { found } = this;
    const asked = found[2] ?? 0;
    return {
      start,
      passed: found[0] ?? 0,
      lastFramed: found[1] ?? 0,
      message: asked === 0 ? null : this.bytes.subarray(asked, found[3]),
      framed: found[4] === 1,
      next: found[5] ?? 0,
    };
  }

  private reserve(size: number): void {
    const { memory } = this.scan;
    if (size <= this.bytes.length) return;
    memory.grow(Math.ceil((size - this.bytes.length) / PAGE_BYTES));
    this.bytes = new Uint8Array(memory.buffer);
    this.found = new Int32Array(memory.buffer);
  }
}
