import { FRAME_LISTS } from './skip';

describe('frame lists', () => {
  const lines = FRAME_LISTS.flatMap((list) =>
    list.lines.map((line, i) => [`${list.name} ${i + 1}`, line] as const),
  );

  it.each(lines)('%s compiles, has a reason and no anchors of its own', (_id, line) => {
    expect(() => new RegExp(`^(?:${line.pattern})$`)).not.toThrow();
    expect(line.reason.length).toBeGreaterThan(5);
    expect(line.pattern).not.toMatch(/^\^|\$$/);
  });

  it('no line matches everything', () => {
    for (const [id, line] of lines) {
      const test = new RegExp(`^(?:${line.pattern})$`);
      for (const name of ['frob_commit', 'nvc_ioctl', 'x', '', 'my_driver_read_config', 'usbdev_ioctl']) {
        expect({ id, name, hit: test.test(name) }).toEqual({ id, name, hit: false });
      }
    }
  });

  it('no line stands twice in a list', () => {
    for (const list of FRAME_LISTS) {
      const patterns = list.lines.map((line) => line.pattern);
      expect({ list: list.name, twice: patterns.filter((p, i) => patterns.indexOf(p) !== i) }).toEqual({
        list: list.name,
        twice: [],
      });
    }
  });
});
