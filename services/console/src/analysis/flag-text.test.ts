import { flagText } from './flag-text';

describe('flagText', () => {
  it('says what a flag means, and spells out one that came later', () => {
    expect(flagText('victim-differs-from-culprit')).toBe('victim is not the culprit');
    expect(flagText('seen-after-suspend')).toBe('seen after suspend');
  });
});
