export { goodwillSince } from './goodwill.ts'
export { type GoodwillRouteDeps, registerGoodwill } from './routes.ts'
export { forgetGoodwill } from './store.ts'
