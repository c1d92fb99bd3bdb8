/** Colours of the chart, for light and dark pages. */
export const CHART_STYLE = `
  svg { font: 12px system-ui, sans-serif; background: #ffffff }
  text { fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 }
  .quiet { fill: #59636e }
  .middle { text-anchor: middle }
  .end { text-anchor: end }
  .grid { stroke: #d1d9e0 }
  .line { fill: none; stroke: var(--ink); stroke-width: 2 }
  .mark { fill: var(--ink) }
  .workflows-declined .line, .edge-saga-declined .line { stroke-dasharray: 6 4 }
  .edge-saga-visit .line { stroke-dasharray: 2 4 }
  .no-op { --ink: #6e7781 }
  .bare-object { --ink: #9a6700 }
  .workflows-good { --ink: #bc4c00 }
  .workflows-declined { --ink: #cf222e }
  .edge-saga-good { --ink: #0969da }
  .edge-saga-declined { --ink: #8250df }
  .edge-saga-unquoted { --ink: #1a7f37 }
  .edge-saga-visit { --ink: #116329 }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117 }
    text { fill: #e6edf3 }
    .quiet { fill: #9198a1 }
    .grid { stroke: #3d444d }
    .no-op { --ink: #9198a1 }
    .bare-object { --ink: #d29922 }
    .workflows-good { --ink: #f0883e }
    .workflows-declined { --ink: #ff7b72 }
    .edge-saga-good { --ink: #58a6ff }
    .edge-saga-declined { --ink: #bc8cff }
    .edge-saga-unquoted { --ink: #3fb950 }
    .edge-saga-visit { --ink: #aff5b4 }
  }
`
