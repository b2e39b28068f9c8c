import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './problems';

export const CONSOLE_CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Paths that are never a page of the console, whatever a browser asks for. */
const NOT_PAGES = /^\/(v1|docs|openapi\.json|assets)(\/|$|\?)/;

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>oopstream</title>
<h1>The console is not built</h1>
<p>Run <code>npm run build</code> in the checkout, then reload. The API works: see <a href="/docs">/docs</a>.</p>
</html>
`;

/**
 * Serves the console's build: hashed assets for ever, pages always checked again. Answers a navigation to any page of
 * the console with its one HTML file, and everything else that no route takes with a problem.
 */
export async function serveConsole(app: FastifyInstance, consoleDir: string): Promise<void> {
  const built = existsSync(path.join(consoleDir, 'index.html'));
  if (built) {
    app.addHook('onRoute', (route) => {
      route.config = { scope: 'public', ...route.config };
    });
    await app.register(fastifyStatic, {
      root: consoleDir,
      wildcard: false,
      index: false,
      schemaHide: true,
      cacheControl: false,
      setHeaders: (reply, file) => {
        const hashed = file.startsWith(path.join(consoleDir, 'assets') + path.sep);
        void reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
        void reply.header('content-security-policy', CONSOLE_CSP);
      },
    });
  }
  app.setNotFoundHandler((request, reply) => {
    if (!isNavigation(request)) return answerUnknown(app, request, reply);
    if (built) return reply.sendFile('index.html');
    return reply
      .header('content-security-policy', CONSOLE_CSP)
      .type('text/html; charset=utf-8')
      .send(NOT_BUILT);
  });
}

/** A person's browser opening a page, not a script fetching data nor a broken link to an asset. */
function isNavigation(request: FastifyRequest): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const [pathname = '/'] = request.url.split('?');
  if (pathname === '/') return true;
  if (NOT_PAGES.test(pathname) || /\.[a-z0-9]{1,8}$/i.test(pathname)) return false;
  return (request.headers.accept ?? '').includes('text/html');
}

function answerUnknown(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const others = app.methodsOf(request.url.split('?')[0] ?? '/');
  if (others.length === 0 || others.includes(request.method)) return sendProblem(reply, 'not-found');
  return sendProblem(reply.header('allow', others.join(', ')), 'method-not-allowed');
}
