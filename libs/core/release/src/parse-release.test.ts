import fc from 'fast-check';
import type { KernelRelease } from './kernel-release';
import { MAX_RELEASE_LENGTH, parseRelease } from './parse-release';

type Expected = Partial<Omit<KernelRelease, 'base'>>;

const RELEASES: readonly (readonly [string, string, Expected])[] = [
  ['6.1.12', '6.1.12', { distribution: 'upstream', custom: null, build: [] }],
  ['3.10', '3.10.0', { distribution: 'upstream' }],
  ['6.12.0-rc3', '6.12.0', { distribution: 'upstream', candidate: 3 }],
  ['4.20.0-next-20190103', '4.20.0', { distribution: null, custom: 'next-20190103' }],
  ['4.9.80-g550c01d', '4.9.80', { distribution: null, custom: 'g550c01d' }],
  ['6.6.30+', '6.6.30', { distribution: null, custom: '+' }],
  [
    '4.18.0-147.5.1.el8_1.x86_64',
    '4.18.0',
    { distribution: 'rhel', line: 'el8', update: 1, build: [147, 5, 1], arch: 'x86_64', custom: null },
  ],
  [
    '4.18.0-147.5.1.el8_1.5es.14.x86_64',
    '4.18.0',
    { distribution: 'rhel', line: 'el8', update: 1, build: [147, 5, 1], arch: 'x86_64', custom: '5es.14' },
  ],
  ['3.10.0-1160.el7.x86_64', '3.10.0', { distribution: 'rhel', line: 'el7', update: null, build: [1160] }],
  ['5.14.0-427.13.1.el9_4.x86_64+debug', '5.14.0', { line: 'el9', update: 4, flavour: 'debug' }],
  ['5.14.0-427.13.1.el9_4.aarch64+64k', '5.14.0', { arch: 'aarch64', flavour: '64k' }],
  ['4.18.0-305.10.2.rt7.83.el8_4.x86_64', '4.18.0', { build: [305, 10, 2], flavour: 'rt', line: 'el8' }],
  ['2.6.32-754.el6.i686', '2.6.32', { distribution: 'rhel', line: 'el6', build: [754], arch: 'i686' }],
  ['6.5.6-300.fc39.x86_64', '6.5.6', { distribution: 'fedora', line: 'fc39', build: [300] }],
  ['6.6.0-0.rc3.27.fc40.x86_64', '6.6.0', { distribution: 'fedora', build: [0], custom: 'rc3.27' }],
  ['6.1.0-47-amd64', '6.1.0', { distribution: 'debian', build: [47], arch: 'amd64', flavour: null }],
  ['6.1.0-55-rt-amd64', '6.1.0', { distribution: 'debian', build: [55], flavour: 'rt' }],
  ['6.1.0-55-cloud-amd64', '6.1.0', { distribution: 'debian', flavour: 'cloud' }],
  ['5.10.0-0.bpo.15-amd64', '5.10.0', { distribution: 'debian', line: 'bpo', build: [15] }],
  ['6.1.0-0.deb11.21-amd64', '6.1.0', { distribution: 'debian', line: 'deb11', build: [21] }],
  ['6.12.113+deb12-amd64', '6.12.113', { distribution: 'debian', line: 'deb12', build: [] }],
  ['4.19.0-21-686-pae', '4.19.0', { distribution: 'debian', arch: '686-pae', build: [21] }],
  ['5.15.0-91-generic', '5.15.0', { distribution: 'ubuntu', build: [91], flavour: 'generic' }],
  ['5.15.0-1052-aws', '5.15.0', { distribution: 'ubuntu', build: [1052], flavour: 'aws' }],
  ['6.8.0-31-generic-64k', '6.8.0', { distribution: 'ubuntu', flavour: 'generic-64k' }],
  ['5.14.21-150500.55.39-default', '5.14.21', { distribution: 'suse', line: '150500', build: [55, 39] }],
  ['4.12.14-122.183-default', '4.12.14', { distribution: 'suse', line: '122', build: [183] }],
  ['4.14.336-253.554.amzn2.x86_64', '4.14.336', { distribution: 'amazon', line: 'amzn2', build: [253, 554] }],
  ['6.1.61-85.141.amzn2023.x86_64', '6.1.61', { distribution: 'amazon', line: 'amzn2023' }],
  [
    '5.4.17-2136.325.5.el8uek.x86_64',
    '5.4.17',
    { distribution: 'oracle-uek', line: 'el8uek', build: [2136, 325, 5], update: null },
  ],
  ['5.15.139.1-1.cm2', '5.15.139', { distribution: 'azure-linux', line: 'cm2' }],
  [
    '5.10.157-android13-4-00001-gabcdef0-ab9',
    '5.10.157',
    { distribution: 'android', line: 'android13', build: [4] },
  ],
  ['6.6.8-arch1-1', '6.6.8', { distribution: null, custom: 'arch1-1' }],
  ['6.5.11-7-pve', '6.5.11', { distribution: null, custom: '7-pve' }],
];

describe('parseRelease', () => {
  it.each(RELEASES)('takes %s apart', (text, base, expected) => {
    const release = parseRelease(text);
    expect(release?.base.join('.')).toBe(base);
    expect(release).toMatchObject({ text, ...expected });
  });

  it.each(['', 'linux', '6', 'v6.1', '6.1.', `6.1.0-${'a'.repeat(MAX_RELEASE_LENGTH)}`, '12345.1.1'])(
    'knows that %j is none, or takes only what is one',
    (text) => {
      const release = parseRelease(text);
      if (text === '6.1.') expect(release?.base).toEqual([6, 1, 0]);
      else expect(release).toBeNull();
    },
  );

  it('never throws, and keeps the text', () => {
    const part = fc.constantFrom(
      '6.1.0',
      '-',
      '.',
      '+',
      'el8',
      '_1',
      'fc39',
      'amd64',
      'x86_64',
      '147',
      'rc3',
      'rt',
      '~',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const release = parseRelease(text);
        if (release !== null) expect(release.text).toBe(text);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void parseRelease(text)));
  });
});
