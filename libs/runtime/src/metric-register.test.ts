import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { METRICS } from './metric-register';

const ROOT = resolve(__dirname, '../../..');

function sources(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory())
      return ['node_modules', 'dist', 'cases'].includes(entry.name) ? [] : sources(path);
    return /\.ts$/.test(entry.name) && !/\.test\.ts$/.test(entry.name) && entry.name !== 'metric-register.ts'
      ? [path]
      : [];
  });
}

describe('metric register', () => {
  it('holds nothing that no code emits', () => {
    const code = ['libs', 'services'].flatMap((dir) =>
      sources(join(ROOT, dir)).map((file) => readFileSync(file, 'utf8')),
    );
    const silent = Object.keys(METRICS).filter((name) => !code.some((text) => text.includes(`'${name}'`)));
    expect(silent).toEqual([]);
  });

  it('names metrics oopstream_<noun>_<unit> with lower-case labels and a help line', () => {
    for (const [name, { labels, help }] of Object.entries(METRICS)) {
      expect(name).toMatch(/^oopstream(_[a-z]+){2,}$/);
      expect(labels.every((label) => /^[a-z]+$/.test(label))).toBe(true);
      expect(help).toMatch(/\.$/);
    }
  });
});
