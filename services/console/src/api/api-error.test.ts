import { problemError, unreachableError } from './api-error';

describe('problemError', () => {
  it('takes words, slug and trace id from problem+json', () => {
    const error = problemError(503, {
      title: 'A backing store does not answer now',
      reason: 'store-unavailable',
      detail: 'timeout after 5 s',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
    expect(error).toMatchObject({
      message: 'A backing store does not answer now',
      status: 503,
      reason: 'store-unavailable',
      detail: 'timeout after 5 s',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
  });

  it.each([['<html>502</html>'], [undefined], [{ title: 7 }]])('still says something for %j', (body) => {
    expect(problemError(502, body)).toMatchObject({
      message: 'The API answered with status 502',
      reason: 'http-502',
      traceId: null,
    });
  });
});

describe('unreachableError', () => {
  it('keeps what the browser said', () => {
    expect(unreachableError(new TypeError('Failed to fetch'))).toMatchObject({
      status: 0,
      reason: 'unreachable',
      detail: 'Failed to fetch',
    });
  });
});
