import { join } from 'node:path';
import { holdToKnown } from './survivors';
import { survivingRows } from './table-mutants';

it('each row of each table, and the order of rows that share a line, is noticed by a case but for those known not to be', () => {
  holdToKnown(join(__dirname, 'table-survivors.json'), survivingRows());
});
