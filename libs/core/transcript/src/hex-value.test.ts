import fc from 'fast-check';
import { behindHex, byteOf, hexValue } from './hex-value';

const digits = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 1, maxLength: 16 });

describe('hexValue', () => {
  it('reads what BigInt reads, between any letters', () => {
    fc.assert(
      fc.property(fc.string(), digits, fc.string(), (before, text, after) => {
        const whole = before + text + after;
        expect(hexValue(whole, before.length, before.length + text.length)).toBe(BigInt(`0x${text}`));
        expect(hexValue(text)).toBe(BigInt(`0x${text}`));
      }),
    );
  });

  it('ends at the first letter that is no digit, or when there are enough', () => {
    expect(behindHex('x12g', 1, 16)).toBe(3);
    expect(behindHex('12345678', 0, 4)).toBe(4);
    expect(behindHex('12', 0, 16)).toBe(2);
    expect(behindHex('1A', 0, 16)).toBe(1);
    expect(byteOf('0f', 0)).toBe(15);
  });
});
