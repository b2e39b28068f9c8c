import { toldLinks } from './told-links';

const link = (transcriptId: string, validFrom: string, validTo: string | null, reason = 'similar') => ({
  ...{ transcriptId, validFrom, validTo, reason },
  ...{ primary: false, explanation: null },
});

describe('toldLinks', () => {
  it('leaves out a link that went on as another of the same text by the same rule', () => {
    const went = link('a', '10:00', '10:05');
    const on = link('a', '10:05', null);
    expect(toldLinks([went, on])).toEqual([on]);
  });

  it.each([
    ['another text', link('b', '10:05', null)],
    ['another rule', link('a', '10:05', null, 'replay')],
    ['another time', link('a', '10:06', null)],
  ])('keeps one that ended, where what follows is of %s', (_, next) => {
    const ended = link('a', '10:00', '10:05');
    expect(toldLinks([ended, next])).toEqual([ended, next]);
  });
});
