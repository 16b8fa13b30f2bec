import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { listOf } from '../../../../contract/http.ts'
import {
  Erased,
  type ImportMapping,
  ImportReport,
  MergeSuggestion,
  Person,
  type PersonChange,
  PersonSummary,
  type WinBackInput,
  WinBackMonth,
} from '../../../../contract/people.ts'
import { command, query, request } from '../api.ts'

const PATH = '/api/v1/people'

export function peopleQuery(filter: { text?: string | undefined; winBack?: string | undefined }) {
  return infiniteQueryOptions({
    queryKey: ['people', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      request(`${PATH}${query({ ...filter, cursor: pageParam })}`, listOf(PersonSummary), {
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })
}

export const suggestionsQuery = queryOptions({
  queryKey: ['people', 'suggestions'],
  queryFn: async ({ signal }) =>
    (await request(`${PATH}/suggestions`, listOf(MergeSuggestion), { signal })).items,
})

export const winBacksQuery = queryOptions({
  queryKey: ['people', 'win-backs'],
  queryFn: async ({ signal }) =>
    (await request(`${PATH}/win-backs`, listOf(WinBackMonth), { signal })).items,
})

export function personQuery(id: string) {
  return queryOptions({
    queryKey: ['people', 'one', id],
    queryFn: ({ signal }) => request(`${PATH}/${id}`, Person, { signal }),
  })
}

function post(path: string, body: unknown): Promise<Person> {
  return request(`${PATH}/${path}`, Person, { method: 'POST', body })
}

export function changePerson(id: string, body: PersonChange): Promise<Person> {
  return request(`${PATH}/${id}`, Person, { method: 'PATCH', body })
}

export function setWinBack(id: string, body: WinBackInput): Promise<Person> {
  return request(`${PATH}/${id}/win-back`, Person, { method: 'PUT', body })
}

export const addPersonNote = (id: string, text: string) => post(`${id}/notes`, { text })
export const giveConsent = (id: string, body: { purpose: string; how: string }) =>
  post(`${id}/consents`, body)
export const withdrawConsent = (id: string, consentId: string) =>
  post(`${id}/consents/withdraw`, { consentId })
export const mergePeople = (id: string, otherId: string) => post(`${id}/merge`, { otherId })
export const undoMerge = (id: string, mergeId: string) => post(`${id}/merges/undo`, { mergeId })

export function keepApart(firstId: string, secondId: string): Promise<void> {
  return command(`${PATH}/suggestions/apart`, { method: 'POST', body: { firstId, secondId } })
}

export function erasePerson(id: string, name: string) {
  return request(`${PATH}/${id}/erase`, Erased, { method: 'POST', body: { name } })
}

export function importPeople(
  file: File,
  { mapping, dryRun }: { mapping: ImportMapping | null; dryRun: boolean },
): Promise<ImportReport> {
  const body = new FormData()
  if (mapping) body.set('mapping', JSON.stringify(mapping))
  body.set('dryRun', String(dryRun))
  body.set('file', file)
  return request(`${PATH}/import`, ImportReport, { method: 'POST', body })
}
