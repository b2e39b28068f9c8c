import { keepText } from '../text';
import type { DetailLine } from './detail-line';
import type { PageDump } from './details';

// mm/debug.c __dump_page; `page:` is followed by its address before 6.10.
const PAGE =
  /^page: ?(?:0x)?(?:[0-9a-f]{8,16} )?(?:refcount|count):(-?\d+) mapcount:(-?\d+) .{0,120}?(?: pfn:0x([0-9a-f]+))?\s*$/;
const FLAGS = /^(?:[a-z]{1,12} )?flags: 0x([0-9a-f]{1,16})\(([\w|=-]{0,400})\)/;
const REASON = /^page dumped because: (.{1,200})/;
// mm/page_alloc.c bad_page.
const BAD = /^BUG: Bad page state in process .{1,16} {1,2}pfn:([0-9a-f]{1,16})/;

/** Reads what a report says of a page. */
export class PageReader {
  private page: { -readonly [Key in keyof PageDump]: PageDump[Key] } | null = null;

  line(line: DetailLine): boolean {
    const { text } = line;
    if (text.startsWith('BUG: Bad page')) this.onBad(line);
    return text.startsWith('page') ? this.onPage(line) : this.onFlags(line);
  }

  private onBad(line: DetailLine): void {
    const pfn = BAD.exec(line.text)?.[1];
    if (pfn !== undefined) this.widen(line).pfn ??= BigInt(`0x${pfn}`);
  }

  private onPage(line: DetailLine): boolean {
    const m = PAGE.exec(line.text);
    if (m !== null) {
      const page = this.widen(line);
      page.refcount ??= Number(m[1]);
      page.mapcount ??= Number(m[2]);
      if (m[3] !== undefined) page.pfn ??= BigInt(`0x${m[3]}`);
      return true;
    }
    const reason = REASON.exec(line.text)?.[1];
    if (reason === undefined) return false;
    this.widen(line).reason ??= keepText(reason.trimEnd());
    return true;
  }

  private onFlags(line: DetailLine): boolean {
    if (this.page === null || this.page.refcount === null) return false;
    const m = FLAGS.exec(line.text);
    if (m === null) return false;
    const page = this.widen(line);
    page.flags ??= BigInt(`0x${m[1]}`);
    if (page.flagNames.length === 0)
      page.flagNames = (m[2] ?? '').split('|').filter((name) => !name.includes('='));
    return true;
  }

  private widen(line: DetailLine): NonNullable<PageReader['page']> {
    const span = { start: this.page?.span.start ?? line.span.start, end: line.span.end };
    this.page ??= {
      pfn: null,
      refcount: null,
      mapcount: null,
      flags: null,
      flagNames: [],
      reason: null,
      span,
    };
    this.page.span = span;
    return this.page;
  }

  finish(): PageDump | null {
    return this.page;
  }
}
