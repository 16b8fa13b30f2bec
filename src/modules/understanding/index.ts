export { type Reading, readMessage } from './read-message.ts'
