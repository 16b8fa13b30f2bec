export { registerSnippets, type SnippetRouteDeps } from './routes.ts'
export { startingPoints } from './snippets.ts'
