import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useProblemWords } from '../../lib/problem-words.ts'
import { unsnooze } from '../../lib/queries/departments.ts'
import { toast } from '../../lib/toasts.ts'

/** Brings a conversation back into the list now. */
export function useUnsnooze(id: string) {
  const client = useQueryClient()
  const words = useProblemWords()
  return useMutation({
    mutationFn: () => unsnooze(id),
    onError: (error) => toast(words(error), { tone: 'problem' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['conversations'] }),
  })
}
