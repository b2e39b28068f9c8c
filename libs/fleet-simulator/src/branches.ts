import type { Arch } from '@oopstream/core-transcript';

/** Wordings of the kernel's reports differ by upstream version. */
export interface Branch {
  readonly name: string;
  readonly arch: Extract<Arch, 'x86_64' | 'arm64'>;
  /** Upstream version as a number: 4.18 is 418, 6.1 is 601. */
  readonly version: number;
  /** Oldest first; one comes out every {@link RELEASE_DAYS} days. */
  readonly releases: readonly string[];
  /** What stands behind `#1` in the headline of a report. */
  readonly build: (release: string) => string;
  /** A sanitizer finds what production kernels die of later. */
  readonly kasan: boolean;
  readonly share: number;
}

export const RELEASE_DAYS = 14;

const range = (count: number, name: (n: number) => string): string[] =>
  Array.from({ length: count }, (_, n) => name(n));

export const BRANCHES: readonly Branch[] = [
  {
    name: 'el8',
    arch: 'x86_64',
    version: 418,
    releases: range(10, (n) => `4.18.0-${477 + 13 * n}.el8.x86_64`),
    build: () => '#1',
    kasan: false,
    share: 0.28,
  },
  {
    name: 'el9',
    arch: 'x86_64',
    version: 514,
    releases: range(10, (n) => `5.14.0-${362 + 16 * n}.el9.x86_64`),
    build: () => '#1',
    kasan: false,
    share: 0.16,
  },
  {
    name: 'debian12',
    arch: 'x86_64',
    version: 601,
    releases: range(10, (n) => `6.1.0-${18 + n}-amd64`),
    build: (release) => `#1  Debian 6.1.${60 + 4 * Number(/-(\d+)-/.exec(release)?.[1])}-1`,
    kasan: false,
    share: 0.2,
  },
  {
    name: 'debian12-arm64',
    arch: 'arm64',
    version: 601,
    releases: range(10, (n) => `6.1.0-${18 + n}-arm64`),
    build: (release) => `#1  Debian 6.1.${60 + 4 * Number(/-(\d+)-/.exec(release)?.[1])}-1`,
    kasan: false,
    share: 0.1,
  },
  {
    name: 'jammy',
    arch: 'x86_64',
    version: 515,
    releases: range(10, (n) => `5.15.0-${91 + 3 * n}-generic`),
    build: (release) => `#${Number(/-(\d+)-/.exec(release)?.[1]) + 10}-Ubuntu`,
    kasan: false,
    share: 0.14,
  },
  {
    name: 'stable-6.6-own',
    arch: 'x86_64',
    version: 606,
    releases: range(10, (n) => `6.6.${30 + 4 * n}-5es.${n + 1}`),
    build: () => '#1',
    kasan: false,
    share: 0.07,
  },
  {
    name: 'stable-6.12',
    arch: 'x86_64',
    version: 612,
    releases: range(10, (n) => `6.12.${10 + 3 * n}`),
    build: () => '#1',
    kasan: true,
    share: 0.05,
  },
];
