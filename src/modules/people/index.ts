export { type Recognised, recogniseAuthors } from './store.ts'
