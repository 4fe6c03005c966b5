import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Router, type NextFunction, type Request } from 'express';
import { openApiDocument } from '../../../routes/openapi/document.js';
import type { Route } from '../../../routes/route.js';
import type { ApiResponse } from '../api-response.js';
import { PAGE, POLICY, START } from './page.js';

const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];
const FILES_MAX_AGE_MS = 3_600_000;

/** `/openapi.json`, and `/docs`, where it can be read and tried out without any other server. */
export function mountDocumentation(routes: readonly Route[]): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const serve = (path: string, send: (response: ApiResponse, next: NextFunction) => void): void => {
    router.get(path, (_request: Request, response: ApiResponse, next: NextFunction) => {
      response.locals.route = path;
      response.set('Cache-Control', 'no-cache');
      send(response, next);
    });
  };

  // Made when first asked for, and kept outside of the heap.
  let document: Buffer | undefined;
  serve('/openapi.json', (response) => {
    document ??= Buffer.from(JSON.stringify(openApiDocument(routes)));
    response.type('application/json').send(document);
  });
  serve('/docs', (response) => {
    response.set('Content-Security-Policy', POLICY).type('html').send(PAGE);
  });
  serve('/docs/start.js', (response) => {
    response.type('text/javascript').send(START);
  });
  for (const file of FILES) {
    serve(`/docs/${file}`, (response, next) => {
      response.sendFile(file, { root: SWAGGER_UI, maxAge: FILES_MAX_AGE_MS, cacheControl: true }, (error) => {
        // A client that went away is no failure of ours.
        if (error !== undefined && !response.destroyed) next(error);
      });
    });
  }
  serve('/docs/', (response) => response.redirect('../docs'));
  return router;
}
