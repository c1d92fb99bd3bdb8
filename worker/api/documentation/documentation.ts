/** `GET /api/openapi.json`, `/api/docs` and `/api/docs/problems`. */
import { Hono } from 'hono'
import type { ApiContext } from '../ports.ts'
import { type DocumentSource, type OpenApiDocument, openApiDocument } from './open-api.ts'
import { PAGE_POLICY, problemsPage, routesPage } from './pages.ts'

/** What a deployment changes; a page may keep it for a while. */
const CACHE_CONTROL = 'public, max-age=300'

export function documentation(source: DocumentSource) {
  // Made when first asked for: it costs some milliseconds that no order should pay.
  let made: OpenApiDocument | undefined
  const document = () => (made ??= openApiDocument(source))
  const pageHeaders = {
    'Content-Security-Policy': PAGE_POLICY,
    'Cache-Control': CACHE_CONTROL,
  }
  return new Hono<ApiContext>()
    .get('/api/openapi.json', (c) => c.json(document(), 200, { 'Cache-Control': CACHE_CONTROL }))
    .get('/api/docs', (c) => c.html(routesPage(document()), 200, pageHeaders))
    .get('/api/docs/problems', (c) => c.html(problemsPage(), 200, pageHeaders))
}
