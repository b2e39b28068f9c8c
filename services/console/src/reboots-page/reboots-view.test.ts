import { readRebootsView } from './reboots-view';

describe('readRebootsView', () => {
  it.each(['waiting', 'explained', 'all'] as const)('keeps %s', (state) => {
    expect(readRebootsView({ state })).toEqual({ state });
  });

  it.each([['open'], ['gone'], [7], [undefined]])('takes %s for the open ones', (state) => {
    expect(readRebootsView({ state })).toEqual({});
  });
});
