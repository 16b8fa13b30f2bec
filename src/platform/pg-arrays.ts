// Arrays as PostgreSQL sends them itself: a statement that writes hundreds of rows spends a fifth of its time
// on reading array literals, and Node about as much on writing them. A Buffer is passed on as it is, so each
// must stand before a cast that names its type: `${uuids(ids)}::uuid[]`.
// The layout is array_recv's (src/backend/utils/adt/arrayfuncs.c), each element as its type's `recv` reads it.

const oids = { bytea: 17, int4: 23, text: 25, json: 114, timestamptz: 1184, uuid: 2950 }
const tsvectorOid = 3614
const jsonbOid = 3802
const header = 20

/** `uuid[]`. @throws RangeError for anything but a UUID */
export function uuids(ids: readonly (string | null)[]): Buffer {
  return encode(oids.uuid, ids, writeUuid)
}

/** `text[]`; the texts must be well-formed and without NUL, or PostgreSQL refuses the statement. */
export function texts(values: readonly (string | null)[]): Buffer {
  return encode(oids.text, values, writeText)
}

/** `json[]` of JSON texts. */
export function jsons(values: readonly (string | null)[]): Buffer {
  return encode(oids.json, values, writeText)
}

/** `jsonb[]` of JSON texts. */
export function jsonbs(values: readonly (string | null)[]): Buffer {
  return encode(jsonbOid, values, writeJsonb)
}

/** `int[]`. */
export function ints(values: readonly (number | null)[]): Buffer {
  return encode(oids.int4, values, writeInt)
}

/** `bytea[]`. */
export function byteas(values: readonly (Buffer | null)[]): Buffer {
  return encode(oids.bytea, values, writeBytes)
}

/** `timestamptz[]`; infinity as the number `Infinity`. */
export function times(values: readonly (Date | number | null)[]): Buffer {
  return encode(oids.timestamptz, values, writeTime)
}

/** `tsvector[]`, without places: each value is the words of one text, in any order, also more than once. */
export function tsvectors(values: readonly (readonly string[])[]): Buffer {
  return encode(tsvectorOid, values, writeVector)
}

// Everything is written here first and copied out once its length is known. Nothing waits in between, so one
// for the process is enough.
let draft = Buffer.allocUnsafeSlow(1 << 16)
const largestKept = 1 << 22

/** Writes a value at a place of `draft`. @returns where it ends */
type Write<Value> = (value: Value, at: number) => number

function encode<Value>(
  oid: number,
  values: readonly (Value | null)[],
  write: Write<Value>,
): Buffer {
  let at = header
  let nulls = 0
  for (const value of values) {
    reserve(at, 4)
    if (value === null) {
      at = draft.writeInt32BE(-1, at)
      nulls = 1
      continue
    }
    const end = write(value, at + 4)
    draft.writeInt32BE(end - at - 4, at)
    at = end
  }
  draft.writeInt32BE(1, 0)
  draft.writeInt32BE(nulls, 4)
  draft.writeInt32BE(oid, 8)
  draft.writeInt32BE(values.length, 12)
  draft.writeInt32BE(1, 16)
  const encoded = Buffer.from(draft.subarray(0, at))
  if (draft.length > largestKept) draft = Buffer.allocUnsafeSlow(1 << 16)
  return encoded
}

function reserve(at: number, length: number): void {
  if (at + length <= draft.length) return
  const wider = Buffer.allocUnsafeSlow(Math.max(at + length, 2 * draft.length))
  draft.copy(wider, 0, 0, at)
  draft = wider
}

function writeUuid(id: string, start: number): number {
  if (id.length !== 36) throw new RangeError(`${id} is no UUID`)
  reserve(start, 16)
  let at = start
  for (let index = 0; index < 36; index += 2) {
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      if (id.charCodeAt(index) !== dash) throw new RangeError(`${id} is no UUID`)
      index += 1
    }
    const byte = (digitAt(id, index) << 4) | digitAt(id, index + 1)
    if (byte < 0) throw new RangeError(`${id} is no UUID`)
    draft[at] = byte
    at += 1
  }
  return at
}

const dash = 0x2d
const digits = new Int8Array(128).fill(-1)
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  digits[digit.charCodeAt(0)] = value
  digits[digit.toUpperCase().charCodeAt(0)] = value
}

/** The value of a hexadecimal digit; -1 for anything else. */
function digitAt(id: string, index: number): number {
  return digits[id.charCodeAt(index)] ?? -1
}

/** Up to here, writing a text letter by letter is faster than the call into Node's own code. */
const shortText = 24

function writeText(text: string, at: number): number {
  reserve(at, 3 * text.length)
  if (text.length > shortText) return at + draft.write(text, at)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x7f) return at + draft.write(text, at)
    draft[at + index] = code
  }
  return at + text.length
}

/** jsonb_recv reads the number of its format first. */
function writeJsonb(json: string, at: number): number {
  reserve(at, 1)
  return writeText(json, draft.writeUInt8(1, at))
}

function writeInt(value: number, at: number): number {
  reserve(at, 4)
  return draft.writeInt32BE(value, at)
}

function writeBytes(bytes: Buffer, at: number): number {
  reserve(at, bytes.length)
  return at + bytes.copy(draft, at)
}

const year2000 = Date.UTC(2000, 0, 1)
const word = 2 ** 32

/** Microseconds since the year 2000, in 64 bits; a number holds them exactly only until 2285. */
function writeTime(time: Date | number, at: number): number {
  reserve(at, 8)
  const moment = Number(time)
  if (moment === Number.POSITIVE_INFINITY) return draft.writeBigInt64BE(2n ** 63n - 1n, at)
  const millis = moment - year2000
  const high = Math.floor(millis / word)
  const low = (millis - high * word) * 1000
  const carry = Math.floor(low / word)
  draft.writeInt32BE(high * 1000 + carry, at)
  return draft.writeUInt32BE(low - carry * word, at + 4)
}

/** The number of words, then each with a closing NUL and its number of places (none). PostgreSQL sorts them. */
function writeVector(words: readonly string[], start: number): number {
  const unique = new Set(words)
  reserve(start, 4)
  let at = draft.writeInt32BE(unique.size, start)
  for (const one of unique) {
    at = writeText(one, at)
    reserve(at, 3)
    draft[at] = 0
    draft[at + 1] = 0
    draft[at + 2] = 0
    at += 3
  }
  return at
}
