import fc from 'fast-check';
import { createMemoryBudget } from './memory-budget';

describe('createMemoryBudget', () => {
  it('never holds more than it may, and nothing once all is given back', () => {
    const step = fc.record({
      request: fc.nat(4),
      act: fc.constantFrom('reserve', 'grow', 'release'),
      bytes: fc.nat(60),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const budget = createMemoryBudget(100);
        const held = new Map<number, NonNullable<ReturnType<typeof budget.reserve>>>();
        for (const { request, act, bytes } of steps) {
          if (act === 'reserve' && !held.has(request)) {
            const reservation = budget.reserve(bytes);
            if (reservation !== null) held.set(request, reservation);
          }
          if (act === 'grow') held.get(request)?.growTo(bytes);
          if (act === 'release') held.get(request)?.release();
          expect(budget.usedBytes).toBeLessThanOrEqual(100);
          expect(budget.usedBytes).toBeGreaterThanOrEqual(0);
        }
        for (const reservation of held.values()) reservation.release();
        expect(budget.usedBytes).toBe(0);
      }),
    );
  });

  it('allows exactly its size, and keeps what is held when growing fails', () => {
    const budget = createMemoryBudget(100);
    const one = budget.reserve(60)!;
    expect(budget.reserve(41)).toBeNull();
    expect(one.growTo(101)).toBe(false);
    expect(budget.usedBytes).toBe(60);
    expect(one.growTo(100)).toBe(true);
    expect(one.growTo(50)).toBe(true);
    expect(budget.usedBytes).toBe(100);
  });
});
