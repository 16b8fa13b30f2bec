import type { PrivatePlace, PrivateReason } from '../../../../contract/private-moves.ts'

// What the customer reads, in their language and not in the reader's: not in the catalogue for that.

export type CustomerLocale = 'en' | 'ro'

const why: Record<CustomerLocale, Record<PrivateReason, string>> = {
  en: {
    order: 'So that the details of your order stay between us',
    health: 'So that what concerns your health stays between us',
    address: 'So that your address and phone number stay between us',
    identity: 'Because we have to make sure that it is you',
    other: 'So that this stays between us',
  },
  ro: {
    order: 'Pentru ca datele comenzii dumneavoastră să rămână între noi',
    health: 'Pentru ca datele despre sănătatea dumneavoastră să rămână între noi',
    address: 'Pentru ca adresa și telefonul dumneavoastră să rămână între noi',
    identity: 'Pentru că trebuie să ne asigurăm că sunteți dumneavoastră',
    other: 'Pentru ca acestea să rămână între noi',
  },
}

/** The public reply that asks a customer to go on in private: a starting point, to be changed at will. */
export function privatePointer(
  locale: CustomerLocale,
  reason: PrivateReason,
  place: Pick<PrivatePlace, 'here' | 'address' | 'handle'>,
): string {
  const because = why[locale][reason]
  if (locale === 'ro')
    return place.here
      ? `${because}, vă rugăm să ne scrieți un mesaj privat aici. Vă răspundem de îndată.`
      : `${because}, vă rugăm să ne scrieți la ${place.address}. Vă răspundem de îndată.`
  return place.here
    ? `${because}, please write us a private message here. We will answer at once.`
    : `${because}, please write to us at ${place.address}. We will answer at once.`
}
