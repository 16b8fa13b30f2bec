/** One thing that the doctor looked at. `remedy`: what to do, when it is not well. */
export type Check = { name: string; ok: boolean; says: string; remedy?: string }
