import { PrivateMoveInput, PrivatePlace } from '../private-moves.ts'
import { example } from './example.ts'

export const privateMovesExamples = [
  example(PrivateMoveInput, {
    reason: 'order',
    words: 'When do you open?',
    placeChannelId: '01a2031a-a066-7b5c-967d-7f80f24db8e5',
    text: 'Good morning! We open at seven, every day.',
    lastSeen: '01a2031a-a077-7b5c-967d-7f80f24db8e5',
    acknowledge: '01a2031a-a088-7b5c-967d-7f80f24db8e5',
  }),
  example(PrivatePlace, {
    channelId: '01a2031a-a099-7b5c-967d-7f80f24db8e5',
    network: 'mastodon',
    networkName: 'Mastodon',
    practice: false,
    handle: 'mara@social.example',
    address: 'https://shop.example',
    here: false,
  }),
]
