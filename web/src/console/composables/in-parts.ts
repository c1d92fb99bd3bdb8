/** Long work that the API does in parts: each part's answer says where the next one begins. */
export async function inParts<Report extends { next: string | null }>(
  part: (after: string | undefined) => Promise<Report>,
  tell: (report: Report) => void,
  isWanted: () => boolean,
): Promise<void> {
  let after: string | undefined
  do {
    const report = await part(after)
    if (!isWanted()) return
    tell(report)
    after = report.next ?? undefined
  } while (after !== undefined)
}
