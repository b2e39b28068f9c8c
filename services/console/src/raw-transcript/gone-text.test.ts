import { problemError, type ApiError } from '../api/api-error';
import { goneText, sampledAwayText } from './gone-text';

const refusal = (status: number, reason: string): ApiError => problemError(status, { title: 'x', reason });

describe('a text that is gone', () => {
  it('is past its retention, or was not kept', () => {
    expect(goneText(refusal(410, 'transcript-expired'))).toContain('past its retention');
    expect(goneText(refusal(410, 'sampled-away'))).toContain('not kept');
  });

  it.each([[refusal(503, 'store-unavailable')], [new Error('x')], [null]])(
    'is not what failed with %s',
    (error) => expect(goneText(error)).toBeNull(),
  );

  it('says a storm in words, and any other reason as it is', () => {
    expect(sampledAwayText('storm')).toContain('it came in a storm');
    expect(sampledAwayText('by-hand')).toContain('not kept: by-hand.');
  });
});
