/**
 * Workers log what an operator should know. Here thousands of things go wrong on purpose in a
 * second: nobody reads that, and where each error came from is dear to find out. So is a look at
 * the real environment, which a Worker's bundle has as constants.
 */
export function quiet(): void {
  console.log = console.warn = console.error = () => undefined
  Error.stackTraceLimit = 0
  process.env = { ...process.env }
}
