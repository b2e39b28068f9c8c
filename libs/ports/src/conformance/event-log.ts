import type { EventLogHandles, EventLogHarness } from './event-log-harness';
import { LawBench } from './event-log-harness';
import { appendLaws } from './event-log-append-laws';
import { adminLaws } from './event-log-admin-laws';
import { groupLaws } from './event-log-group-laws';
import { subscribeLaws } from './event-log-subscribe-laws';

export type { EventLogHandles, EventLogHarness } from './event-log-harness';

/** What the laws of one area get: the bench of the running law, and further processes on the same log. */
export interface LawContext {
  readonly bench: () => LawBench;
  /** Another process on the same log; the harness closes it in the end. */
  readonly another: () => Promise<EventLogHandles>;
}

/** Registers the laws that every event log keeps: memory, embedded, Kafka. Needs jest's globals. */
export function eventLogConformance(
  name: string,
  makeHarness: () => Promise<EventLogHarness>,
  options: { readonly timeoutMs?: number } = {},
): void {
  describe(`event log: ${name}`, () => {
    const timeoutMs = options.timeoutMs ?? 60_000;
    const state: { harness?: EventLogHarness; handles?: EventLogHandles; bench?: LawBench } = {};
    const open = () => {
      if (state.harness === undefined) throw new Error('the harness did not start');
      return state.harness.open();
    };
    beforeAll(async () => {
      state.harness = await makeHarness();
      state.handles = await open();
    }, timeoutMs * 2);
    beforeEach(async () => {
      state.bench = new LawBench(state.handles ?? (await open()));
    });
    afterEach(() => state.bench?.cleanUp(), timeoutMs);
    afterAll(() => state.harness?.close(), timeoutMs);
    const context: LawContext = {
      bench: () => {
        if (state.bench === undefined) throw new Error('no law is running');
        return state.bench;
      },
      another: open,
    };
    const law = (title: string, check: () => Promise<void>) => it(title, check, timeoutMs);
    describe('append', () => appendLaws(context, law));
    describe('subscribe', () => subscribeLaws(context, law));
    describe('groups', () => groupLaws(context, law));
    describe('admin', () => adminLaws(context, law));
  });
}

/** Declares one law. */
export type Law = (title: string, check: () => Promise<void>) => void;
