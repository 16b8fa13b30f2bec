/** An archive that cannot be taken in. The message is a whole sentence and names the file and the line. */
export class BadArchive extends Error {
  override readonly name = 'BadArchive'
}

/** Where something is wrong, as a reader of the archive would look for it. */
export type Place = { file: string; line?: number }

/** The one sentence that an import ends with when the archive is at fault. */
export function badArchive(place: Place | null, what: string, cause?: unknown): BadArchive {
  const where = place
    ? `${place.file}${place.line === undefined ? '' : `, line ${place.line}`}`
    : 'The archive'
  const verb = place ? ': ' : ' '
  return new BadArchive(`${where}${verb}${what}. Nothing was changed.`, { cause })
}
