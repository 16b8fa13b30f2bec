import type { ReactNode } from 'react'
import { Button } from './button.tsx'

type List = { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): Promise<unknown> }

/** Brings the next page of a list; nothing when all of it is there. */
export function MoreButton({
  list,
  className = 'self-center',
  children,
}: {
  list: List
  className?: string
  children: ReactNode
}) {
  if (!list.hasNextPage) return null
  return (
    <Button
      className={className}
      busy={list.isFetchingNextPage}
      onClick={() => void list.fetchNextPage()}
    >
      {children}
    </Button>
  )
}
