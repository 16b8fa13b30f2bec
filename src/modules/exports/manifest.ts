import { z } from 'zod'
import { WorkspaceId } from '../../../contract/ids.ts'

/** Raised when an older Parley could misread what a newer one writes. */
export const formatVersion = 1

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** One table: a file of lines of JSON, one for each row. */
export const TablePart = z.object({
  table: z.string().regex(/^[a-z_]{1,60}$/),
  file: z.string(),
  /** Names of the fields of each line, all of them in every line. */
  fields: z.array(z.string()).min(1),
  rows: z.int().min(0),
  bytes: z.int().min(0),
  sha256: Sha256,
})
export type TablePart = z.infer<typeof TablePart>

/** `manifest.json`, the first file of an archive: what the others are. */
export const Manifest = z.object({
  format: z.literal('parley-export'),
  version: z.int().positive(),
  /** Version of the program that wrote it. */
  program: z.string(),
  madeAt: z.iso.datetime(),
  workspace: z.object({ id: WorkspaceId, name: z.string() }),
  /** In the order of the archive: tables before those that refer to them. */
  tables: z.array(TablePart),
  /** Files under `media/`, after the tables. Their hashes stand in the lines of `media.jsonl`. */
  media: z.object({ files: z.int().min(0), bytes: z.int().min(0) }),
  /** Tables that were left out, and why. */
  leftOut: z.record(z.string(), z.string()),
})
export type Manifest = z.infer<typeof Manifest>

export function fileOf(table: string): string {
  return `tables/${table}.jsonl`
}

/** A picture's name in the archive. */
export function mediaFileOf(id: string): string {
  return `media/${id}`
}
