import { mergeLive } from './live-list';

const item = (number: string, crashes = 1) => ({ number, crashes });

describe('mergeLive', () => {
  it('shows what is shown until a fresh answer is there', () => {
    const shown = [item('OOPS-1')];
    expect(mergeLive(shown, null)).toEqual({ items: shown, waiting: 0, reordered: false });
  });

  it('lets counters tick in place', () => {
    const { items, waiting, reordered } = mergeLive(
      [item('OOPS-1', 3), item('OOPS-2', 5)],
      [item('OOPS-1', 4), item('OOPS-2', 5)],
    );
    expect(items).toEqual([item('OOPS-1', 4), item('OOPS-2', 5)]);
    expect({ waiting, reordered }).toEqual({ waiting: 0, reordered: false });
  });

  it('counts what is new and lets it wait', () => {
    const live = mergeLive([item('OOPS-1')], [item('OOPS-3'), item('OOPS-2'), item('OOPS-1')]);
    expect(live.items.map((row) => row.number)).toEqual(['OOPS-1']);
    expect(live.waiting).toBe(2);
    expect(live.reordered).toBe(false);
  });

  it('says that the order changed and keeps it', () => {
    const live = mergeLive([item('OOPS-1'), item('OOPS-2')], [item('OOPS-2', 9), item('OOPS-1')]);
    expect(live.items).toEqual([item('OOPS-1'), item('OOPS-2', 9)]);
    expect(live.reordered).toBe(true);
  });

  it('keeps rows of later pages that a fresh first page cannot know', () => {
    const live = mergeLive(
      [item('OOPS-1'), item('OOPS-2'), item('OOPS-3')],
      [item('OOPS-1', 2), item('OOPS-2')],
    );
    expect(live.items.map((row) => row.number)).toEqual(['OOPS-1', 'OOPS-2', 'OOPS-3']);
    expect(live.reordered).toBe(false);
  });
});
