import { survivingRows } from './table-mutants';

it('each row of each table of details is noticed by a report when it goes', () => {
  expect(survivingRows()).toEqual([]);
});
