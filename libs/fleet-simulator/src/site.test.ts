import { BRANCHES } from './branches';
import { lineOf, nullMemberOf } from './site';
import { DEFAULT_FLEET, simulateFleet } from './simulate-fleet';

const { bugs } = simulateFleet({ ...DEFAULT_FLEET, seed: 1 }).world;

it('a line only moves down within a branch, a little, and differs between branches', () => {
  for (const bug of bugs) {
    const lines = BRANCHES.map((branch) =>
      branch.releases.map((release) => lineOf({ bug, branch, release })),
    );
    for (const own of lines) {
      expect(own).toEqual([...own].sort((a, b) => a - b));
      expect(Math.max(...own) - Math.min(...own)).toBeLessThan(40);
    }
    expect(new Set(lines.map(([first]) => first)).size).toBeGreaterThan(1);
  }
});

it('the member that a bug asks a NULL pointer for is one in each layout of a branch', () => {
  const offsets = bugs.map((bug) =>
    BRANCHES.map((branch) => parseInt(nullMemberOf({ bug, branch, release: '' }), 16)),
  );
  for (const own of offsets) for (const offset of own) expect(offset % 8).toBe(0);
  expect(Math.max(...offsets.flat())).toBeLessThan(4096);
  expect(new Set(offsets.flat()).size).toBeGreaterThan(20);
});
