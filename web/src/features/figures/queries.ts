import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { FigureRows, Figures, MoveRows } from '../../../../contract/figures.ts'
import { query, request } from '../../lib/api.ts'
import {
  type FiguresSearch,
  figuresFilter,
  movesFilter,
  rowsFilter,
} from '../../lib/figures-search.ts'

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

export function movesQuery(search: FiguresSearch) {
  const filter = movesFilter(search)
  return infiniteQueryOptions({
    queryKey: ['figures', 'private-moves', filter],
    queryFn: ({ pageParam, signal }) =>
      request(`${PATH}/private-moves${query({ ...filter, cursor: pageParam })}`, MoveRows, {
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

/** Where a table can be downloaded: of figures, or of what is behind one. */
export function csvAddress(
  search: FiguresSearch,
  of: 'figures' | 'waits' | 'reasons' | 'moves',
): string {
  const filters = {
    figures: figuresFilter,
    waits: rowsFilter,
    reasons: figuresFilter,
    moves: movesFilter,
  }
  return `${PATH}.csv${query({ ...filters[of](search), of })}`
}
