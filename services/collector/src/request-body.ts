import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reservation } from './memory-budget';
import { Refusal } from './refusal';

export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly requestTimeoutMs: number;
}

/** Reads a body whole, counting its bytes itself: Content-Length is only a claim. */
export function readBody(
  request: IncomingMessage,
  reservation: Reservation,
  limits: BodyLimits,
): Promise<Buffer | Refusal> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const settle = (result: Buffer | Refusal) => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut);
      resolve(result);
    };
    const onData = (chunk: Buffer) => {
      sizeBytes += chunk.byteLength;
      chunks.push(chunk);
      if (sizeBytes > limits.maxBodyBytes) settle(bodyTooLarge(limits));
      else if (!reservation.growTo(sizeBytes)) settle(new Refusal('overloaded'));
    };
    const onEnd = () => settle(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, sizeBytes));
    const onCut = () => settle(new Refusal('request-incomplete'));
    const timer = setTimeout(
      () => settle(new Refusal('request-timeout', `the body took longer than ${limits.requestTimeoutMs} ms`)),
      limits.requestTimeoutMs,
    );
    request.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
    if (request.readableEnded || request.destroyed) onCut();
  });
}

export function bodyTooLarge(limits: BodyLimits): Refusal {
  return new Refusal('body-too-large', `a body may have ${limits.maxBodyBytes} bytes`);
}

/**
 * Reads on after a refusal and throws away what comes, up to a limit: a sender that still writes would otherwise get a
 * connection reset in place of the answer. Past the limit the connection goes.
 */
export function drainBody(
  request: IncomingMessage,
  response: ServerResponse,
  limits: { readonly maxDrainBytes: number; readonly drainTimeoutMs: number },
): void {
  if (request.readableEnded || request.destroyed) return;
  let leftBytes = limits.maxDrainBytes;
  const cut = () => {
    stop();
    if (response.writableFinished) request.destroy();
    else response.once('finish', () => request.destroy());
  };
  const timer = setTimeout(cut, limits.drainTimeoutMs);
  const onData = (chunk: Buffer) => {
    leftBytes -= chunk.byteLength;
    if (leftBytes < 0) cut();
  };
  const stop = () => {
    clearTimeout(timer);
    request.off('data', onData).off('end', stop);
    request.socket.off('close', stop);
  };
  // A sender that goes away now breaks nothing: its answer is on the way already.
  request.on('error', stop);
  request.on('data', onData).on('end', stop);
  // Once answered, the request itself hears no more of its connection.
  request.socket.on('close', stop);
}
