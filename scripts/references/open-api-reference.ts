import { openApiDocument } from '../../routes/openapi/document.js';
import { documentedRoutes } from '../../server/api/documented-routes.js';

/** The file `docs/openapi.json`: what the API serves at `/openapi.json`, for those who generate clients without running it. */
export function openApiReference(): string {
  return `${JSON.stringify(openApiDocument(documentedRoutes()), null, 2)}\n`;
}
