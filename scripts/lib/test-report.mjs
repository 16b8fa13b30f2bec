import { relative } from 'node:path'
import { root } from './project.mjs'

/**
 * What vitest's JSON reports say. Files that failed and were run once more count as they did then.
 * @param first of all files; null when vitest wrote none
 * @param second of the files that were run once more, if any were
 * @param code what the last of them exited with
 * @returns counts, their closing line, and the names of the tests that failed and of those that passed only at
 * the second try. A file that vitest could not even read counts as one failure.
 */
export function countsOf(first, second, code) {
  const later = new Map((second?.testResults ?? []).map((file) => [file.name, file]))
  const earlier = first?.testResults ?? []
  const files = earlier.map((file) => later.get(file.name) ?? file)
  const tests = files.flatMap((file) => file.assertionResults)
  const passed = tests.filter(({ status }) => status === 'passed').length
  const names = files.flatMap(failuresOf)
  const failed = names.length === 0 && code !== 0 ? 1 : names.length
  const skipped = tests.length - passed - tests.filter(({ status }) => status === 'failed').length
  const again = earlier
    .flatMap((file) => (later.has(file.name) ? failuresOf(file) : []))
    .filter((name) => !names.includes(name))
  const tail = skipped > 0 ? `, ${skipped} skipped` : ''
  return { failed, names, again, text: `${passed} passed, ${failed} failed${tail}` }
}

/** The paths of the files that failed, of a report as above. */
export function failedFiles(report) {
  return (report?.testResults ?? [])
    .filter((file) => failuresOf(file).length > 0)
    .map((file) => relative(root, file.name))
}

function failuresOf(file) {
  const tests = file.assertionResults.filter(({ status }) => status === 'failed')
  if (tests.length === 0) return file.status === 'failed' ? [relative(root, file.name)] : []
  return tests.map((test) => `${relative(root, file.name)}: ${test.fullName}`)
}
