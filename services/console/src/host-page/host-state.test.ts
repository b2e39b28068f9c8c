import { hostState } from './host-state';

describe('hostState', () => {
  it('tells a living, a dead, a silent and an unheard host apart', () => {
    expect(hostState({ alive: true, downAt: null }).word).toBe('alive');
    expect(hostState({ alive: false, downAt: '2026-01-01T00:00:00Z' }).word).toContain('died');
    expect(hostState({ alive: false, downAt: null }).word).toContain('silent');
    expect(hostState(null).word).toContain('no heartbeat');
  });
});
