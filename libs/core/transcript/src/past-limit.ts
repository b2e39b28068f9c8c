import { showsCrash } from './damage';
import type { OpenReports } from './open-reports';
import type { Draft } from './report';

/** Drafts held before those that are over are counted and dropped. */
const HELD = 256;

/**
 * Counts the reports past the limit. What looked like the beginning of a report counts only when it turns out to be
 * one, so each is held until nothing more can belong to it.
 */
export class PastLimit {
  private held: Draft[] = [];
  private counted = 0;
  private dropAt = HELD;

  add(draft: Draft, open: OpenReports): void {
    this.held.push(draft);
    if (this.held.length < this.dropAt) return;
    const over = this.held.filter((one) => !open.holds(one));
    this.counted += over.filter(showsCrash).length;
    this.held = this.held.filter((one) => open.holds(one));
    this.dropAt = Math.max(HELD, 2 * this.held.length);
  }

  get count(): number {
    return this.counted + this.held.filter(showsCrash).length;
  }
}
