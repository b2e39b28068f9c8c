import type { Draft } from './report';

/** The report that each caller (task or CPU) is printing; one report may have several callers. */
export class OpenReports {
  private readonly byCaller = new Map<string, Draft>();
  private readonly callers = new Map<Draft, number>();

  get size(): number {
    return this.byCaller.size;
  }

  get(caller: string): Draft | undefined {
    return this.byCaller.get(caller);
  }

  set(caller: string, draft: Draft): void {
    this.delete(caller);
    this.byCaller.set(caller, draft);
    this.callers.set(draft, (this.callers.get(draft) ?? 0) + 1);
  }

  delete(caller: string): void {
    const draft = this.byCaller.get(caller);
    if (draft === undefined) return;
    this.byCaller.delete(caller);
    const others = (this.callers.get(draft) ?? 1) - 1;
    if (others > 0) this.callers.set(draft, others);
    else this.callers.delete(draft);
  }

  /** Every report that is open, once. */
  all(): Iterable<Draft> {
    return this.callers.keys();
  }

  clear(): void {
    this.byCaller.clear();
    this.callers.clear();
  }

  /** Lines may still be added to the report. */
  holds(draft: Draft): boolean {
    return this.callers.has(draft);
  }
}
