/**
 * Stands for a platform's interface of which the Workers use a part: that part is here, and a use of
 * another would fail loudly. The only place of the simulation in which a type is asserted.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names it
export function standIn<Whole>(part: unknown): Whole {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
  return part as Whole
}
