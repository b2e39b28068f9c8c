import type { Clock, WebhookRequest, WebhookResult, WebhookSender } from '@oopstream/ports';
import { Agent, request as httpRequest } from 'undici';
import type { Dispatcher } from 'undici';
import { findUrlFault, guardedLookup } from './address-policy';
import type { WebhookConfig } from './config';
import { outcomeOfError, outcomeOfStatus, retryAfterMs } from './outcome';
import { isWebhookSecret, signatureHeaders } from './sign';

const MAX_BODY_BYTES = 20_000;
const MAX_DETAIL_CHARS = 1_000;
/** A character is four bytes at most: enough for the detail, whatever the answer goes on to send. */
const MAX_ANSWER_BYTES = 4 * MAX_DETAIL_CHARS;

/** Sends webhooks as Standard Webhooks 1.0 say. */
export function createWebhookSender(
  config: WebhookConfig,
  deps: { readonly clock: Clock; readonly userAgent: string },
): WebhookSender {
  const agent = new Agent({
    connect: {
      lookup: guardedLookup(config.allowPrivate),
      timeout: config.connectTimeoutMs,
      autoSelectFamily: true,
    },
    headersTimeout: config.totalTimeoutMs,
    bodyTimeout: config.totalTimeoutMs,
    connections: 16,
    pipelining: 1,
  });

  return {
    async send(request) {
      const fault = findFault(request, config);
      if (fault !== null) return { outcome: fault, status: null, retryAfterMs: null, detail: '' };
      const signal = AbortSignal.timeout(config.totalTimeoutMs);
      try {
        const answer = await httpRequest(request.url, {
          method: 'POST',
          dispatcher: agent,
          signal,
          headers: headersOf(request, deps.userAgent),
          body: request.body,
        });
        return {
          outcome: outcomeOfStatus(answer.statusCode),
          status: answer.statusCode,
          retryAfterMs: retryAfterMs(answer.headers['retry-after'], deps.clock.nowMs()),
          detail: await readDetail(answer.body),
        };
      } catch (error) {
        return {
          outcome: signal.aborted ? 'timeout' : outcomeOfError(error),
          status: null,
          retryAfterMs: null,
          detail: (error instanceof Error ? error.message : String(error)).slice(0, MAX_DETAIL_CHARS),
        };
      }
    },
    close: () => agent.destroy(),
  };
}

function findFault(request: WebhookRequest, config: WebhookConfig): WebhookResult['outcome'] | null {
  if (Buffer.byteLength(request.body) > MAX_BODY_BYTES) return 'body-too-large';
  if (request.secrets.length === 0 || !request.secrets.every(isWebhookSecret)) return 'secret-invalid';
  return findUrlFault(request.url, config.allowPrivate);
}

function headersOf(request: WebhookRequest, userAgent: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': userAgent,
    ...signatureHeaders(request),
    ...(request.traceparent !== null && { traceparent: request.traceparent }),
  };
}

/** The status is the answer: a body that breaks off, drips or never ends does not change it. */
async function readDetail(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes >= MAX_ANSWER_BYTES) break;
    }
  } catch (error) {
    chunks.push(Buffer.from(` [${error instanceof Error ? error.message : String(error)}]`));
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, MAX_DETAIL_CHARS);
}
