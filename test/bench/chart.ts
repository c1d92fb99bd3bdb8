export const chartOf = (r: object): string => JSON.stringify(r)
