export { fetchRemoteImage, reencodeRemoteImage } from './fetch-remote-image.ts'
export { fitMedia } from './fit-media.ts'
export { type MediaDeps, registerMedia } from './routes.ts'
export { loadMedia, missingMedia } from './store.ts'
