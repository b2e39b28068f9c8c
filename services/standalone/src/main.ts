import { runProcess } from '@oopstream/runtime';
import { standaloneSections } from './sections';
import { startStandalone } from './start-standalone';

void runProcess({ name: 'standalone', sections: standaloneSections, start: startStandalone });
