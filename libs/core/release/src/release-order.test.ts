import fc from 'fast-check';
import { parseRelease } from './parse-release';
import { compareReleases, containsFix } from './release-order';

const of = (text: string) => parseRelease(text)!;

describe('compareReleases', () => {
  it.each([
    ['6.1.12', '6.1.13', 'before'],
    ['6.1.0-rc3', '6.1.0', 'before'],
    ['6.1.0-rc3', '6.1.0-rc10', 'before'],
    ['6.1.0-47-amd64', '6.1.0-55-amd64', 'before'],
    ['6.1.0-55-rt-amd64', '6.1.0-55-cloud-amd64', 'same'],
    ['6.1.0-47-amd64', '6.1.0-0.deb11.50-amd64', 'unknown'],
    ['6.12.9+deb12-amd64', '6.12.113+deb12-amd64', 'before'],
    ['5.15.0-91-generic', '5.15.0-100-generic', 'before'],
    ['5.15.0-91-generic', '6.5.0-14-generic', 'unknown'],
    ['4.18.0-147.el8.x86_64', '4.18.0-147.5.1.el8_1.x86_64', 'before'],
    ['4.18.0-147.5.1.el8_1.x86_64', '4.18.0-193.el8.x86_64', 'before'],
    ['4.18.0-147.5.1.el8_1.x86_64', '5.14.0-70.el9.x86_64', 'unknown'],
    ['4.18.0-147.5.1.el8_1.5es.14.x86_64', '4.18.0-147.5.1.el8_1.5es.15.x86_64', 'before'],
    ['4.18.0-147.5.1.el8_1.5es.14.x86_64', '4.18.0-147.5.1.el8_1.x86_64', 'unknown'],
    ['6.5.6-300.fc39.x86_64', '6.6.2-201.fc39.x86_64', 'before'],
    ['6.5.6-300.fc39.x86_64', '6.5.6-200.fc38.x86_64', 'unknown'],
    ['5.14.21-150500.55.39-default', '5.14.21-150500.55.44-default', 'before'],
    ['5.14.21-150400.24.1-default', '5.14.21-150500.55.44-default', 'unknown'],
    ['4.9.80-g550c01d', '4.9.80-g660c01d', 'unknown'],
    ['6.1.12', '6.1.12', 'same'],
    ['999.9.9', '6.1.12', 'unknown'],
  ])('%s is to %s: %s', (a, b, order) => {
    const reverse = { before: 'after', same: 'same', unknown: 'unknown' }[order];
    expect(compareReleases(of(a), of(b))).toBe(order);
    expect(compareReleases(of(b), of(a))).toBe(reverse);
  });

  it('is an order within a branch', () => {
    const number = fc.integer({ min: 0, max: 400 });
    const rhel = fc
      .tuple(number, fc.option(number, { nil: null }))
      .map(([first, second]) =>
        second === null ? `4.18.0-${first}.el8.x86_64` : `4.18.0-${first}.${second}.1.el8_4.x86_64`,
      );
    fc.assert(
      fc.property(rhel, rhel, rhel, (a, b, c) => {
        expect(compareReleases(of(a), of(a))).toBe('same');
        const [ab, bc] = [compareReleases(of(a), of(b)), compareReleases(of(b), of(c))];
        if (ab === bc) expect(compareReleases(of(a), of(c))).toBe(ab);
      }),
    );
  });
});

describe('containsFix', () => {
  it.each([
    ['6.1.30', '6.1.29', 'yes'],
    ['6.1.28', '6.1.29', 'no'],
    ['6.2.5', '6.1.29', 'unknown'],
    ['6.2.5', '6.2.0', 'yes'],
    ['6.5.1', '6.2.0-rc1', 'yes'],
    ['5.15.0', '6.2.0', 'no'],
    ['5.15.200', '6.2.0', 'unknown'],
    ['999.9.9', '6.2.0', 'unknown'],
    ['4.18.0-147.5.1.el8_1.x86_64', '4.18.0-147.3.1.el8_1.x86_64', 'yes'],
    ['4.18.0-147.el8.x86_64', '4.18.0-147.3.1.el8_1.x86_64', 'no'],
    ['4.18.0-193.el8.x86_64', '4.18.0-147.5.1.el8_1.x86_64', 'unknown'],
    ['4.18.0-193.el8.x86_64', '4.18.0-147.el8.x86_64', 'yes'],
    ['4.18.0-193.6.3.el8_2.x86_64', '4.18.0-147.el8.x86_64', 'yes'],
    ['4.18.0-147.5.1.el8_1.x86_64', '4.18.0-193.el8.x86_64', 'unknown'],
    ['6.1.0-55-amd64', '6.1.0-47-amd64', 'yes'],
    ['6.1.0-55-amd64', '6.1.29', 'unknown'],
    ['999.9.9', '6.1.29', 'unknown'],
  ])('%s has what went into %s: %s', (release, fixedIn, answer) => {
    expect(containsFix(of(release), of(fixedIn))).toBe(answer);
  });
});
