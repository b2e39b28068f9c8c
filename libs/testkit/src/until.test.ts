import { until } from './until';

describe('until', () => {
  it('gives what the condition gave once it is truthy', async () => {
    let asked = 0;
    expect(await until(() => (++asked < 3 ? null : asked), { intervalMs: 1 })).toBe(3);
  });

  it('says what it waited for, and why that kept failing', async () => {
    const cause = new Error('refused');
    const waiting = until(() => Promise.reject(cause), { timeoutMs: 5, intervalMs: 1, what: 'the port' });
    await expect(waiting).rejects.toMatchObject({ message: 'still not after 5 ms: the port', cause });
  });
});
