import { muteEnd } from './mute-end';

const NOTHING = { days: 'no-end', crashes: '', hosts: '', release: ' ' };

describe('muteEnd', () => {
  it('says nothing of what is empty', () => {
    expect(muteEnd(NOTHING, 0)).toEqual({});
    expect(muteEnd({ ...NOTHING, days: null }, 0)).toEqual({});
  });

  it('counts days from now, and takes every other condition', () => {
    const fields = { days: '7', crashes: 10, hosts: '3', release: ' 6.1.0 ' };
    expect(muteEnd(fields, 0)).toEqual({
      until: '1970-01-08T00:00:00.000Z',
      crashes: 10,
      hosts: 3,
      release: '6.1.0',
    });
  });
});
