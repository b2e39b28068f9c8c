import { startTelemetry } from '@oopstream/runtime';
import type { Telemetry } from '@oopstream/runtime';
import { fixtureIncident } from '@oopstream/ports/fakes';
import { openApiBench } from './api-bench';
import type { ApiBench } from './api-bench';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;

describe('traces through the API', () => {
  let telemetry: Telemetry;
  let bench: ApiBench;
  beforeAll(async () => {
    telemetry = startTelemetry({ service: 'test', config: {} });
    bench = await openApiBench();
    bench.queries.addIncident(fixtureIncident(1));
  });
  afterAll(async () => {
    await bench.app.close();
    await telemetry.stop();
  });
  const resolve = async (url: string, body: object) =>
    bench.app.inject({
      method: 'POST',
      url,
      headers: { authorization: await bench.token(['admin']), traceparent: TRACEPARENT },
      payload: body,
    });

  it("carry on from who asks to the change, as a span of the API's own", async () => {
    await resolve('/v1/incidents/OOPS-1/resolve', { note: 'read from a body' });
    const [{ act } = { act: {} }] = bench.acts;
    expect(act).toMatchObject({ traceparent: expect.stringMatching(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`) });
    expect(act).not.toMatchObject({ traceparent: TRACEPARENT });
  });

  it('are named in a refusal, also in one before the endpoint runs', async () => {
    const refused = await resolve('/v1/incidents/OOPS-1/resolve', { nonsense: true });
    expect(refused.json()).toMatchObject({ reason: 'request-invalid', traceId: TRACE_ID });
    const own = await bench.get('/v1/whoami');
    expect(own.json()).toMatchObject({
      reason: 'token-missing',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });
});
