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
        <link rel="icon" href="/favicon.svg" />
        ${head}
        <link rel="stylesheet" href="${ASSETS}/pages.css" />
      </head>
      <body>
        <header>
          <a href="/"><img src="/favicon.svg" alt="" />Edge Saga</a>
          <a href="/api/docs">Routes</a>
          <a href="/api/docs/problems">Problems</a>
          <a href="/api/openapi.json">OpenAPI document</a>
        </header>
        <main>${body}</main>
      </body>
    </html>`

export const routesPage = (document: OpenApiDocument) =>
  page(
    'edge-saga API',
    html`<div id="swagger-ui"></div>
      <details>
        <summary>All routes, without script</summary>
        <dl>
          ${operationsOf(document).map(
            ({ method, path, operation }) =>
              html` <div>
                <dt><code>${method.toUpperCase()} ${path}</code></dt>
                <dd>${operation.summary ?? ''}. ${operation.description ?? ''}</dd>
              </div>`,
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
      </p>
      <dl>
        ${Object.entries(PROBLEMS).map(
          ([code, { status, title, why, fix }]) =>
            html` <div id="${code}">
              <dt>
                ${title} <span>${status} · <code>${code}</code></span>
              </dt>
              <dd>${withCode(why)}</dd>
              <dd>${withCode(fix)}</dd>
            </div>`,
        )}
      </dl>`,
  )

/** What stands between backticks is code. */
const withCode = (text: string) =>
  text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))
