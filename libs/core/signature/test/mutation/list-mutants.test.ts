import { join } from 'node:path';
import { survivingLines } from './list-mutants';
import { holdToKnown } from '../../../transcript/test/mutation/survivors';

it('each line of each frame list is noticed by a case when it goes, but for those known not to be', () => {
  holdToKnown(join(__dirname, 'list-survivors.json'), survivingLines());
});
