import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { FigureRows, Figures } from '../../../../contract/figures.ts'
import { query, request } from '../../lib/api.ts'
import { type FiguresSearch, figuresFilter, rowsFilter } from '../../lib/figures-search.ts'

const PATH = '/api/v1/figures'

export function figuresQuery(search: FiguresSearch) {
  const filter = figuresFilter(search)
  return queryOptions({
    queryKey: ['figures', filter],
    queryFn: ({ signal }) => request(`${PATH}${query(filter)}`, Figures, { signal }),
    placeholderData: keepPreviousData,
    // A pass over the period: not asked for again by every return to the window.
    staleTime: 60_000,
  })
}

export function rowsQuery(search: FiguresSearch) {
  const filter = rowsFilter(search)
  return infiniteQueryOptions({
    queryKey: ['figures', 'rows', filter],
    queryFn: ({ pageParam, signal }) =>
      request(`${PATH}/rows${query({ ...filter, cursor: pageParam })}`, FigureRows, { signal }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

/** Where the table of figures, or of the waits behind one, can be downloaded. */
export function csvAddress(search: FiguresSearch, of: 'figures' | 'waits'): string {
  const filter = of === 'waits' ? rowsFilter(search) : figuresFilter(search)
  return `${PATH}.csv${query({ ...filter, of })}`
}
