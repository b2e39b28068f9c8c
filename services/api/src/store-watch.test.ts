import { until } from '@oopstream/testkit';
import { watchStore } from './store-watch';

it('the store watch says what the store says, from the first moment on', async () => {
  let answer: () => Promise<unknown> = () => Promise.reject(new Error('connection refused'));
  let asked = 0;
  const watch = await watchStore(() => {
    asked += 1;
    return answer();
  }, 5);
  expect(watch.check()).toEqual({ ok: false, detail: 'connection refused' });
  answer = () => Promise.resolve(null);
  await until(() => watch.check().ok);
  // One question at a time, however long it hangs.
  answer = () => new Promise(() => undefined);
  const before = asked;
  await until(() => asked === before + 1);
  expect(watch.check()).toEqual({ ok: true, detail: 'answers' });
  watch.stop();
});
