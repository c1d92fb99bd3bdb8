export const tableOf = (r: object): string => JSON.stringify(r)
