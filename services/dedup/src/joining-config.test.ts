import { dedupConfigSchema } from './config';
import { joinCandidates, joiningSettings } from './joining-config';

const parse = (settings: object) => dedupConfigSchema.parse(settings);

describe('settings of joining', () => {
  it('have defaults', () => {
    const config = parse({});
    expect(joiningSettings(config)).toEqual({ above: 0.7, margin: 0.1, stacksPerKey: 8 });
    expect(joinCandidates(config)).toBe(20);
    expect(config.frameRecountMs).toBe(3_600_000);
  });

  it('come as text', () => {
    const config = parse({ joinAbove: '0.75', joinMargin: '0', joinCandidates: '3', joinStacksPerKey: '2' });
    expect(joiningSettings(config)).toEqual({ above: 0.75, margin: 0, stacksPerKey: 2 });
    expect(joinCandidates(config)).toBe(3);
  });

  it('turn joining off, and the search for candidates with it', () => {
    const config = parse({ joinAbove: 'off' });
    expect(joiningSettings(config).above).toBeNull();
    expect(joinCandidates(config)).toBe(0);
  });

  it.each([
    { joinAbove: '0' },
    { joinAbove: '1' },
    { joinAbove: 'never' },
    { joinMargin: '-0.1' },
    { joinCandidates: '0' },
    { joinStacksPerKey: '101' },
    { frameRecountMs: '99' },
  ])('refuse %j', (settings) => expect(dedupConfigSchema.safeParse(settings).success).toBe(false));
});
