import { historyFacts } from './history-facts';

describe('historyFacts', () => {
  it('says nothing of what is empty, or said elsewhere on the page', () => {
    expect(historyFacts({ note: null, number: 'OOPS-1', decisionId: 'x', missing: [] })).toEqual([]);
  });

  it('says the condition of a mute with its moment', () => {
    const until = { hosts: null, crashes: 3, release: null, untilMs: 0 };
    expect(historyFacts({ until })).toEqual([{ name: 'until', text: 'crashes 3, 1970-01-01T00:00:00.000Z' }]);
  });

  it('names the functions of a likeness, and keeps plain values as they are', () => {
    const matched = [
      { function: 'nvc_ioctl', gain: 2 },
      { function: 'nvc_lookup', gain: 1 },
    ];
    expect(historyFacts({ matched, score: 0.81, crashId: 'c' })).toEqual([
      { name: 'matched', text: 'nvc_ioctl, nvc_lookup' },
      { name: 'score', text: '0.81' },
      { name: 'crashId', text: 'c' },
    ]);
  });
});
