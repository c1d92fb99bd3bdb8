/**
 * esbuild replaces `process.env.NODE_ENV` at build time: what stands behind
 * `!== 'production'` is not in a deployed bundle.
 */
declare const process: { readonly env: { readonly NODE_ENV?: string } }
