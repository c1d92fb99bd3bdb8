/** The pages that explain the API. They run on the styles and scripts of this origin alone. */
import { html } from 'hono/html'
import { PROBLEMS } from '../problems.ts'
import { type OpenApiDocument, operationsOf } from './open-api.ts'

/** The web app ships what these pages load. */
const ASSETS = '/api-docs'

export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join('; ')

const page = (title: string, body: ReturnType<typeof html>, head = html``) =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        ${head}
        <style>
          :root {
            color-scheme: light dark;
          }
          body {
            margin: 0 auto;
            max-width: 60rem;
            padding: 1rem;
            font:
              1rem/1.5 system-ui,
              sans-serif;
          }
          #swagger-ui {
            background: #fff;
            color-scheme: light;
          }
          code {
            font-size: 0.95em;
            overflow-wrap: anywhere;
          }
          dt {
            margin-top: 1rem;
          }
          :target {
            outline: 2px solid;
            outline-offset: 0.25rem;
          }
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`

export const routesPage = (document: OpenApiDocument) =>
  page(
    'edge-saga API',
    html`<h1>edge-saga API</h1>
      <p>
        <a href="/api/openapi.json">OpenAPI document</a> ·
        <a href="/api/docs/problems">Problems</a>
      </p>
      <div id="swagger-ui"></div>
      <details>
        <summary>All routes, without script</summary>
        <dl>
          ${operationsOf(document).map(
            ({ method, path, operation }) =>
              html` <dt><code>${method.toUpperCase()} ${path}</code></dt>
                <dd>${operation.summary ?? ''}. ${operation.description ?? ''}</dd>`,
          )}
        </dl>
      </details>
      <script src="${ASSETS}/swagger-ui-bundle.js" defer></script>
      <script src="${ASSETS}/init.js" defer></script>`,
    html`<link rel="stylesheet" href="${ASSETS}/swagger-ui.css" />`,
  )

export const problemsPage = () =>
  page(
    'edge-saga API: problems',
    html`<h1>Problems</h1>
      <p>
        What the API can answer instead of what was asked for. A code never changes its meaning.
        <a href="/api/docs">Back to the routes</a>
      </p>
      <dl>
        ${Object.entries(PROBLEMS).map(
          ([code, { status, title, why, fix }]) =>
            html` <dt id="${code}"><code>${code}</code> (${status}): ${title}</dt>
              <dd>${why}<br /><strong>What helps:</strong> ${fix}</dd>`,
        )}
      </dl>`,
  )
