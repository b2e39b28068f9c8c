import { possibleActs } from './possible-acts';

const OPEN = { status: 'open', holding: false, acknowledged: false, muted: false } as const;

describe('possibleActs', () => {
  it('of an open incident are all but those that are done', () => {
    expect(possibleActs(OPEN)).toEqual(['acknowledge', 'assign', 'mute', 'merge', 'obsolete']);
    expect(possibleActs({ ...OPEN, acknowledged: true, muted: true })).toEqual([
      'assign',
      'unmute',
      'merge',
      'obsolete',
    ]);
  });

  it('of a closed one are those that need no episode', () => {
    expect(possibleActs({ ...OPEN, status: 'resolved' })).toEqual(['assign', 'merge']);
  });

  it('never merge what only holds damaged crashes', () => {
    expect(possibleActs({ ...OPEN, holding: true })).not.toContain('merge');
  });
});
