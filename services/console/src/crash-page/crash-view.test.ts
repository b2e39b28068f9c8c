import { readCrashView } from './crash-view';

describe('readCrashView', () => {
  it('reads what an address says', () => {
    const view = { transcript: '0123456789abcdef0123456789abcdef', reading: '60031', raw: '1', at: '61204' };
    expect(readCrashView(view)).toEqual(view);
  });

  it('keeps that the raw transcript was closed', () => {
    expect(readCrashView({ raw: '0' })).toEqual({ raw: '0' });
  });

  it.each([
    [{ raw: 'yes' }],
    [{ reading: '1e3' }],
    [{ at: '-1' }],
    [{ at: '12x' }],
    [{ transcript: '../x' }],
    [{ tab: 'x' }],
  ])('takes %j as absent', (search) => {
    expect(readCrashView(search)).toEqual({});
  });
});
