/**
 * The one place where the page takes the API at its word. Checking every answer would mean
 * shipping the schemas; they are checked on the API's side, by its own tests.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the contract
export function believe<Contract>(value: unknown): Contract {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return value as Contract
}
