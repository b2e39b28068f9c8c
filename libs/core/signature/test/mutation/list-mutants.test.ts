import { survivingLines } from './list-mutants';

it('each line of each frame list is noticed by a case when it goes', () => {
  const survivors = Object.entries(survivingLines()).filter(([, lines]) => lines.length > 0);
  expect(Object.fromEntries(survivors)).toEqual({});
});
