import { frameRoles, offsetText, plainFunction } from './frame-text';

describe('plainFunction', () => {
  it.each([
    ['vusb_alloc_urb.constprop.0', 'vusb_alloc_urb'],
    ['__list_del_entry_valid.cold', '__list_del_entry_valid'],
    ['foo.isra.0.cold', 'foo'],
    ['foo.llvm.123456', 'foo'],
    ['usbdev_ioctl', 'usbdev_ioctl'],
    ['.text', '.text'],
  ])('%s is %s', (name, expected) => {
    expect(plainFunction(name)).toBe(expected);
  });
});

describe('offsetText', () => {
  it('prints what is known, in hexadecimal', () => {
    expect(offsetText({ offset: 17, size: 48 })).toBe('+0x11/0x30');
    expect(offsetText({ offset: 171, size: null })).toBe('+0xab');
    expect(offsetText({ offset: null, size: null })).toBe('');
  });
});

describe('frameRoles', () => {
  const frames = ['a', 'b.isra.0', 'c', 'b', 'd'].map((name) => ({ function: name }));

  it('marks the innermost blamed and the outermost entry', () => {
    expect([...frameRoles(frames, { blamed: 'b', entry: 'd' })]).toEqual([
      [4, 'entry'],
      [1, 'blamed'],
    ]);
  });

  it('says both where one frame is both', () => {
    expect([...frameRoles(frames, { blamed: 'c', entry: 'c' })]).toEqual([[2, 'blamed, entry']]);
  });

  it('marks nothing that the stack does not show', () => {
    expect(frameRoles(frames, { blamed: 'zz', entry: null }).size).toBe(0);
  });
});
