import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { byteas, ints, jsonbs, jsons, texts, times, tsvectors, uuids } from './pg-arrays.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const id = '0190b2a0-0000-7000-8000-00000000abcd'

it.each([
  ['uuid', uuids([id, null]), [id, null]],
  [
    'text',
    texts(['', 'a"b\\c{,}', 'țară 🏞', null, 'NULL']),
    ['', 'a"b\\c{,}', 'țară 🏞', null, 'NULL'],
  ],
  ['int4', ints([0, -5, null, 2 ** 31 - 1]), [0, -5, null, 2 ** 31 - 1]],
  ['bytea', byteas([Buffer.from('00ff', 'hex'), null]), ['\\x00ff', null]],
  ['json', jsons(['{"b" : 1}', null]), ['{"b" : 1}', null]],
  ['jsonb', jsonbs(['{"b":"ț", "a":1}', null]), ['{"a": 1, "b": "ț"}', null]],
  ['tsvector', tsvectors([['tree', 'apă', 'tree', 'b'], []]), ["'apă' 'b' 'tree'", '']],
])('is read as %s[] like its values written out', async (type, value, expected) => {
  const numbers = type === 'int4'
  const { rows } = await database.pool.query(
    `select array_agg(one${numbers ? '' : '::text'} order by at) as all from unnest($1::${type}[]) with ordinality as n (one, at)`,
    [value],
  )
  expect(rows).toEqual([{ all: expected }])
})

it('keeps moments to the millisecond, before and after 2000, and infinity', async () => {
  const moments = [
    '0001-01-01T00:00:00.000Z',
    '1999-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59.123Z',
  ]
  const { rows } = await database.pool.query('select unnest($1::timestamptz[]) as at', [
    times([...moments.map((at) => new Date(at)), null, Number.POSITIVE_INFINITY]),
  ])
  expect(rows.slice(0, 3).map(({ at }) => at.toISOString())).toEqual(moments)
  expect(rows.slice(3).map(({ at }) => at)).toEqual([null, Number.POSITIVE_INFINITY])
})

it('is an empty array when there are no values', async () => {
  const { rows } = await database.pool.query('select cardinality($1::text[]) as count', [texts([])])
  expect(rows).toEqual([{ count: 0 }])
})

it('finds words in a vector as in one that PostgreSQL read itself', async () => {
  const words = ['zebra', 'ana', 'mulțumesc', 'ab', 'abc', 'b']
  const { rows } = await database.pool.query(
    `select v = $2::tsvector as same, v @@ 'abc & ana'::tsquery as found, v @@ 'abcd'::tsquery as other
     from unnest($1::tsvector[]) as v`,
    [tsvectors([words]), words.join(' ')],
  )
  expect(rows).toEqual([{ same: true, found: true, other: false }])
})

it('refuses what is no UUID', () => {
  expect(() => uuids(['0190b2a0'])).toThrow(RangeError)
})
