const FEW_UNITS_MAX = 5

/** Some are left, and so few that it should be said. */
export const isFew = (available: number | null): boolean =>
  available !== null && available > 0 && available <= FEW_UNITS_MAX
