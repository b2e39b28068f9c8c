import { splitSignature } from './split-signature';

const roles = (title: string): Record<string, string> =>
  Object.fromEntries(splitSignature(title).map((part) => [part.role, part.text.trim()]));

describe('splitSignature', () => {
  it('tells the parts of a whole signature apart', () => {
    expect(roles('__kmalloc+171 stack_segment from usbdev_ioctl')).toEqual({
      function: '__kmalloc',
      offset: '+171',
      exception: 'stack_segment',
      from: 'from',
      entry: 'usbdev_ioctl',
    });
  });

  it('keeps the module with its brackets', () => {
    expect(roles('nvc_lookup+33 [nvcache] page_fault from nvc_ioctl')).toMatchObject({
      function: 'nvc_lookup',
      module: '[nvcache]',
      exception: 'page_fault',
      entry: 'nvc_ioctl',
    });
  });

  it('reads compiler suffixes as part of the function', () => {
    expect(roles('__list_del_entry_valid.cold+92 invalid_op')).toEqual({
      function: '__list_del_entry_valid.cold',
      offset: '+92',
      exception: 'invalid_op',
    });
  });

  it('reads a function without an offset', () => {
    expect(roles('nvc_wait_idle soft-lockup from nvc_ioctl')).toMatchObject({
      function: 'nvc_wait_idle',
      exception: 'soft-lockup',
    });
  });

  it('does not mistake a kind for a function when no function is named', () => {
    expect(roles('panic from write_sysrq_trigger')).toEqual({
      exception: 'panic',
      from: 'from',
      entry: 'write_sysrq_trigger',
    });
    expect(roles('out-of-memory')).toEqual({ exception: 'out-of-memory' });
    expect(roles('damaged crashes of kvmhost-12')).toEqual({ exception: 'damaged crashes of kvmhost-12' });
  });

  it.each([
    '__kmalloc+171 stack_segment from usbdev_ioctl',
    'nvc_lookup+0x21 [nvcache] page_fault from nvc_ioctl',
    'panic',
    '',
    ' odd  spacing from ',
    'a from b from c',
  ])('loses no character of %j', (title) => {
    expect(
      splitSignature(title)
        .map((part) => part.text)
        .join(''),
    ).toBe(title);
  });
});
