import { hardwareBand } from './hardware-band';

describe('hardwareBand', () => {
  it.each([
    [0, 'unlikely'],
    [0.2499, 'unlikely'],
    [0.25, 'possible'],
    [0.5999, 'possible'],
    [0.6, 'likely'],
    [1, 'likely'],
  ])('%d is %s', (likelihood, band) => {
    expect(hardwareBand(likelihood)).toBe(band);
  });
});
