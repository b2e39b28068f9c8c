import { readCrashView } from './crash-view';

describe('readCrashView', () => {
  it('reads what an address says', () => {
    const view = { transcript: '0123456789abcdef0123456789abcdef', raw: '1', at: '61204' };
    expect(readCrashView(view)).toEqual(view);
  });

  it.each([[{ raw: 'yes' }], [{ at: '-1' }], [{ at: '12x' }], [{ transcript: '../x' }], [{ tab: 'x' }]])(
    'takes %j as absent',
    (search) => {
      expect(readCrashView(search)).toEqual({});
    },
  );
});
