import type { Distribution, KernelRelease } from './kernel-release';

/** `uname -r` has 64 characters at most (include/uapi/linux/utsname.h, __NEW_UTS_LEN). */
export const MAX_RELEASE_LENGTH = 64;
/** Larger numbers are nobody's version. */
const MAX_NUMBER = 1_000_000_000_000;

const BASE = /^(\d{1,4})\.(\d{1,4})(?:\.(\d{1,6}))?/;
const RPM_ARCH =
  /[.-](x86_64|aarch64|ppc64le|ppc64|s390x|i[3-6]86|armv7hl|riscv64|loongarch64)((?:[.+][a-z0-9+]+)?)$/i;
const RPM_LINE = /^(.*?)\.?(el\d+|fc\d+|amzn\d+|cm\d+|azl\d+)(uek|_\d+)?(?:\.(.+))?$/;
const DEBIAN_ARCH =
  /-(?:(rt|cloud)-)?(amd64|arm64|armel|armhf|i386|686(?:-pae)?|armmp(?:-lpae)?|powerpc64le|s390x|riscv64|loong64|mips64el)$/;
const DEBIAN_FLAVOUR_BEHIND = /-(686|amd64|arm64)-(rt)$/;
const UBUNTU_FLAVOUR =
  /^(\d{1,5})-(generic|lowlatency|aws|azure|gcp|gke|gkeop|kvm|oracle|ibm|raspi2?|oem|snapdragon|nvidia|intel|bluefield|xilinx|realtime|server|virtual)((?:-[a-z0-9]+)*)$/;
const SUSE_FLAVOUR =
  /^([\d.]+)(?:\.g[0-9a-f]+)?-(default|preempt|rt|azure|64kb|debug|kvmsmall|pae|xen|desktop)$/;

type Parts = Pick<
  KernelRelease,
  'distribution' | 'line' | 'update' | 'build' | 'flavour' | 'arch' | 'custom'
>;

const NONE: Parts = {
  distribution: null,
  line: null,
  update: null,
  build: [],
  flavour: null,
  arch: null,
  custom: null,
};

/** @returns the release taken apart; `null` for what is no kernel release. Never throws. */
export function parseRelease(text: string): KernelRelease | null {
  if (text.length > MAX_RELEASE_LENGTH) return null;
  const base = BASE.exec(text);
  if (base === null) return null;
  const behind = text.slice(base[0].length);
  if (/^\d/.test(behind)) return null;
  const candidate = /^-rc(\d{1,3})(?![\w.]*\d*\.(?:el|fc))/.exec(behind);
  const rest = candidate === null ? behind : behind.slice(candidate[0].length);
  return {
    text,
    base: [Number(base[1]), Number(base[2]), Number(base[3] ?? 0)],
    candidate: candidate === null ? null : Number(candidate[1]),
    ...(rpm(rest) ?? debian(rest) ?? ubuntu(rest) ?? suse(rest) ?? android(rest) ?? upstream(rest)),
  };
}

const RPM_DISTRIBUTIONS: readonly (readonly [RegExp, Distribution])[] = [
  [/^el/, 'rhel'],
  [/^fc/, 'fedora'],
  [/^amzn/, 'amazon'],
  [/^(?:cm|azl)/, 'azure-linux'],
];

/** Names of `kernel` packages: `-147.5.1.el8_1.x86_64`, `-2136.325.5.el8uek.x86_64`, `-300.fc39.x86_64+debug`. */
function rpm(rest: string): Parts | null {
  const arch = RPM_ARCH.exec(rest);
  const body = (arch === null ? rest : rest.slice(0, arch.index)).replace(/^[-.]/, '');
  const line = RPM_LINE.exec(body);
  if (line === null) return null;
  const [, before = '', name = '', kind = '', behind] = line;
  const build = buildOf(before.replace(/\.rt[\d.]+$/, ''));
  const uek = kind === 'uek';
  const flavour = (arch?.[2] ?? '').slice(1);
  return {
    distribution: uek ? 'oracle-uek' : (RPM_DISTRIBUTIONS.find(([is]) => is.test(name))?.[1] ?? null),
    line: uek ? `${name}uek` : name,
    update: kind.startsWith('_') ? Number(kind.slice(1)) : null,
    build: build.numbers,
    flavour: /\.rt[\d.]+$/.test(before) ? 'rt' : flavour === '' ? null : flavour,
    arch: arch?.[1] ?? null,
    custom: [build.rest, behind ?? ''].filter((part) => part !== '').join('.') || null,
  };
}

/** `-47-amd64`, `-55-cloud-amd64`, `-0.bpo.15-amd64`, `-0.deb11.21-amd64`, `+deb12-amd64`, `+bpo-rt-amd64`. */
function debian(rest: string): Parts | null {
  const behind = DEBIAN_FLAVOUR_BEHIND.exec(rest);
  const arch = DEBIAN_ARCH.exec(rest);
  const at = behind?.index ?? arch?.index;
  if (at === undefined) return null;
  const body = /^(?:-(?:0\.(bpo|deb\d+)\.)?(\d{1,5})(?:\.([\w.+]+))?|\+(bpo|deb\d+)(?:\+(\d+))?)?$/.exec(
    rest.slice(0, at),
  );
  if (body === null) return null;
  const abi = body[2] ?? body[5];
  return {
    ...NONE,
    distribution: 'debian',
    line: body[1] ?? body[4] ?? null,
    build: abi === undefined ? [] : [Number(abi)],
    flavour: behind?.[2] ?? arch?.[1] ?? null,
    arch: behind?.[1] ?? arch?.[2] ?? null,
    custom: body[3] ?? null,
  };
}

/** `-91-generic`, `-1052-aws`, `-31-generic-64k`. */
function ubuntu(rest: string): Parts | null {
  const m = UBUNTU_FLAVOUR.exec(rest.slice(1));
  if (m === null || !rest.startsWith('-')) return null;
  return { ...NONE, distribution: 'ubuntu', build: [Number(m[1])], flavour: `${m[2]}${m[3] ?? ''}` };
}

/** `-150500.55.39-default`, `-122.183-default`, `-1-default`. The first number is the product's line. */
function suse(rest: string): Parts | null {
  const m = SUSE_FLAVOUR.exec(rest.slice(1));
  if (m === null || !rest.startsWith('-')) return null;
  const [first = 0, ...build] = buildOf(m[1] ?? '').numbers;
  return { ...NONE, distribution: 'suse', line: String(first), build, flavour: m[2] ?? null };
}

/** `-android13-4-00001-gabcdef-ab123`: AOSP's generic kernel image. */
function android(rest: string): Parts | null {
  const m = /^-(android\d+)-(\d+)((?:-.*)?)$/.exec(rest);
  if (m === null) return null;
  const custom = (m[3] ?? '').slice(1);
  return {
    ...NONE,
    distribution: 'android',
    line: m[1] ?? null,
    build: [Number(m[2])],
    custom: custom === '' ? null : custom,
  };
}

/** Nothing behind the version, or what `make kernelrelease` and a builder's CONFIG_LOCALVERSION put there. */
function upstream(rest: string): Parts {
  const custom = rest.replace(/^[-+.]+/, '');
  const plain = custom === '' && rest !== '+';
  return {
    ...NONE,
    distribution: plain ? 'upstream' : null,
    custom: plain ? null : custom === '' ? '+' : custom,
  };
}

/** Leading numbers between dots; what stands behind the first that is none goes into `rest`. */
function buildOf(text: string): { readonly numbers: readonly number[]; readonly rest: string } {
  const parts = text.split('.').filter((part) => part !== '');
  const end = parts.findIndex((part) => !/^\d+$/.test(part) || Number(part) > MAX_NUMBER);
  const kept = end < 0 ? parts.length : end;
  return { numbers: parts.slice(0, kept).map(Number), rest: parts.slice(kept).join('.') };
}
