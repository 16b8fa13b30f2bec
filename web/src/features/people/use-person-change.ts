import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Person } from '../../../../contract/people.ts'

/** A change whose answer is the person as they are now; lists and conversations are read again. */
export function usePersonChange<Input>(
  id: string,
  change: (input: Input) => Promise<Person>,
  onDone?: () => void,
) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async (person) => {
      client.setQueryData(['people', 'one', id], person)
      onDone?.()
      await client.invalidateQueries({ queryKey: ['people'] })
      await client.invalidateQueries({ queryKey: ['conversations'] })
    },
  })
}
