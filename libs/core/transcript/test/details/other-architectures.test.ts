import { describeEras } from './era';
import { OTHER_ERAS } from './eras-others';

describeEras(OTHER_ERAS);
