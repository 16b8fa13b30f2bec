import { AtSign, Globe, Mail } from 'lucide-react'

const marks: Record<string, { colour: string; path: string }> = {
  bluesky: {
    colour: '#0a7aff',
    path: 'M12 10.8c-1.087-2.114-4.046-6.053-6.798-7.995C2.566.944 1.561 1.266.902 1.565.139 1.908 0 3.08 0 3.768c0 .69.378 5.65.624 6.479.815 2.736 3.713 3.66 6.383 3.364-3.912.58-7.387 2.005-2.83 7.078 5.013 5.19 6.87-1.113 7.823-4.308.953 3.195 2.05 9.271 7.733 4.308 4.267-4.308 1.172-6.498-2.74-7.078 2.67.297 5.568-.628 6.383-3.364.246-.828.624-5.79.624-6.478 0-.69-.139-1.861-.902-2.206-.659-.298-1.664-.62-4.3 1.24C16.046 4.748 13.087 8.687 12 10.8Z',
  },
  discord: {
    colour: '#5865f2',
    path: 'M6.2 5.2A17 17 0 0 1 9.6 4l.5 1a15 15 0 0 1 3.8 0l.5-1a17 17 0 0 1 3.4 1.2c2.3 3.3 3.2 7.200 2.700 11.800a15 15 0 0 1-4.600 2.400l-1-1.700 1.400-.7c-2.800 1.300-5.800 1.300-8.600 0l1.400.7-1 1.700A15 15 0 0 1 3.500 17C3 12.400 3.900 8.500 6.200 5.200Zm2.900 5.600c-1 0-1.700.9-1.700 1.900s.8 1.900 1.700 1.900c1 0 1.700-.9 1.700-1.900s-.7-1.900-1.700-1.900Zm5.800 0c-1 0-1.700.9-1.700 1.900s.8 1.900 1.700 1.900c1 0 1.700-.9 1.700-1.900s-.7-1.900-1.700-1.900Z',
  },
  mastodon: {
    colour: '#6364ff',
    path: 'M7 2h10a5 5 0 0 1 5 5v6.2a4.8 4.8 0 0 1-4.8 4.8H9.6c.3 1.5 1.9 2.2 4.1 2.2 1 0 2-.1 3-.4v1.6c-1 .4-2.3.6-3.7.6C6 22 2 19.5 2 12V7a5 5 0 0 1 5-5Zm-.8 11.5h2.2V8.9c0-1 .4-1.5 1.2-1.5.9 0 1.3.6 1.3 1.7v2.5h2.2V9.1c0-1.1.4-1.7 1.3-1.7.8 0 1.2.5 1.2 1.5v4.6h2.2V8.7c0-2-1-3.3-2.9-3.3-1.2 0-2.1.5-2.7 1.4l-.2.4-.2-.4c-.6-.9-1.5-1.4-2.7-1.4-1.9 0-2.9 1.3-2.9 3.3Z',
  },
  telegram: {
    colour: '#229ed9',
    path: 'M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm4.6 6.8-1.6 7.6c-.1.5-.4.7-.9.4l-2.5-1.8-1.2 1.1c-.1.1-.2.2-.5.2l.2-2.5 4.6-4.2c.2-.2 0-.3-.3-.1l-5.7 3.6-2.4-.8c-.5-.2-.5-.5.1-.8l9.5-3.7c.4-.1.8.1.7.9Z',
  },
  feed: {
    colour: '#e8762c',
    path: 'M5 3a1 1 0 0 1 1-1 16 16 0 0 1 16 16 1.5 1.5 0 0 1-3 0A13 13 0 0 0 6 5a1 1 0 0 1-1-1Zm0 6.5a1 1 0 0 1 1-1A9.500 9.500 0 0 1 15.500 18a1.500 1.500 0 0 1-3 0A6.500 6.500 0 0 0 6 11.500a1 1 0 0 1-1-1ZM7 15.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5Z',
  },
}

/** The mark of a network; its name is read out. */
export function NetworkMark({ network, size = 14 }: { network: string; size?: number }) {
  const mark = marks[network]
  if (network === 'email')
    return <Mail size={size} role="img" aria-label={network} className="shrink-0 text-text-2" />
  if (network === 'website')
    return <Globe size={size} role="img" aria-label={network} className="shrink-0 text-text-3" />
  if (!mark) return <AtSign size={size} role="img" aria-label={network} className="text-text-3" />
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      role="img"
      aria-label={network}
      className="shrink-0"
    >
      <title>{network}</title>
      <path d={mark.path} fill={mark.colour} fillRule="evenodd" />
    </svg>
  )
}
