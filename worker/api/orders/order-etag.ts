/** Answers 304 where the version in If-None-Match is the current one. */
import { RETAINED_304_HEADERS, etag } from 'hono/etag'

export const withOrderETag = etag({
  retainedHeaders: [...RETAINED_304_HEADERS, 'x-saga-id', 'x-request-id'],
})
