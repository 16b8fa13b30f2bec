/** Replies of a business in pairs, written for the tests: the second a copy of the first, or not. */
export type Pair = readonly [copy: boolean, first: string, second: string]

const copies = true
const another = false

export const names = ['Ana Pop', '@ana@town.example', 'Mihai Stan', 'Priya Nair', 'Olga']

export const pairs: readonly Pair[] = [
  // The same words to somebody else.
  [
    copies,
    'Hi Ana, your parcel left our shop this morning and should be with you on Tuesday.',
    'Hello Mihai, your parcel left our shop this morning and should be with you on Tuesday.',
  ],
  [
    copies,
    'We are very sorry for the broken mug. A new one leaves today, free of charge.',
    'So sorry for the broken mug! A new one leaves today, free of charge. Best regards, Olga',
  ],
  [
    copies,
    'Thank you for telling us. We have passed it on to the team that looks after the site.',
    'Dear Priya, thank you for telling us. We have passed this on to the team that looks after the site.',
  ],
  [
    copies,
    'The shop is open from ten to six on weekdays and until two on Saturdays.',
    'On weekdays the shop is open from ten to six, and until two on Saturdays.',
  ],
  [
    copies,
    'You can send it back within thirty days, and we pay for the postage.',
    'Ana, you can send it back within 30 days, and we pay for the postage.',
  ],
  [
    copies,
    'Please write to us with your order number so that we can look into it for you.',
    'Please write us with your order number so we can look into it for you.',
  ],
  [
    copies,
    'The blue teapot is sold out until March, but the green one can be had right away.',
    'The green teapot is sold out until March, but the blue one can be had right away.',
  ],
  [
    copies,
    'We do not ship to Norway yet; we hope to begin in the spring of next year.',
    'Hey Mihai! We do not ship to Norway yet; we hope to begin in spring next year. Cheers, Olga',
  ],
  [
    copies,
    'Your refund was sent on Monday and takes three to five working days to arrive.',
    'Your refund was sent on Friday and takes three to five working days to arrive.',
  ],
  [
    copies,
    'I have asked the courier where it is and will tell you as soon as they answer.',
    'I asked the courier where it is, and will tell you as soon as they answer. — Olga',
  ],
  [
    copies,
    'Bună ziua, Ana! Coletul a plecat azi dimineață și ajunge la dumneavoastră marți.',
    'Bună, Mihai! Coletul a plecat azi dimineață și ajunge la dumneavoastră marți. O zi frumoasă!',
  ],
  [
    copies,
    'Ne pare foarte rău pentru cana spartă. Trimitem astăzi una nouă, fără niciun cost.',
    'Ne pare rau pentru cana sparta, Ana. Trimitem astazi una noua, fara niciun cost.',
  ],
  [
    copies,
    'Programul magazinului este de luni până vineri, între orele 10 și 18.',
    'Programul magazinului: de luni până vineri, între orele 10 și 18. Cu drag, Olga',
  ],
  [
    copies,
    'Comanda dumneavoastră a fost predată curierului și ajunge în cel mult două zile.',
    'Comanda dumneavoastră a fost predată curierului și va ajunge în cel mult două zile.',
  ],
  [
    copies,
    'Puteți returna produsul în 30 de zile, iar transportul îl plătim noi.',
    'Produsul îl puteți returna în 30 de zile, iar transportul îl plătim noi.',
  ],
  [
    copies,
    'Vă mulțumim că ne-ați scris. Am trimis mesajul colegilor de la livrări.',
    'Bună seara! Vă mulțumim că ne-ați scris. Am trimis mesajul colegei de la livrări.',
  ],
  [
    copies,
    'Banii au fost virați luni și apar în cont în trei până la cinci zile lucrătoare.',
    'Banii au fost virați vineri și apar în cont în trei până la cinci zile lucrătoare.',
  ],
  [
    copies,
    'Vă rugăm să ne scrieți în privat numărul comenzii ca să putem verifica.',
    'Vă rugăm să ne scrieți în privat numărul comenzii, ca să putem verifica situația.',
  ],
  // The same matter, another person, other words.
  [
    another,
    'Hi Ana, your parcel left our shop this morning and should be with you on Tuesday.',
    'It was handed to the courier at nine, Mihai; the tracking page shows it in Cluj already.',
  ],
  [
    another,
    'We are very sorry for the broken mug. A new one leaves today, free of charge.',
    'That plate should have been packed better. Shall we send another, or would you like your money back?',
  ],
  [
    another,
    'The shop is open from ten to six on weekdays and until two on Saturdays.',
    'Yes, we are here on Saturday, from ten until two. The baker on the corner has your key after that.',
  ],
  [
    another,
    'You can send it back within thirty days, and we pay for the postage.',
    'Of course you may return the lamp: the label is in the box, and the courier comes to your door.',
  ],
  [
    another,
    'Please write to us with your order number so that we can look into it for you.',
    'I found your order, it was stuck at the customs office. I have just sent them the invoice.',
  ],
  [
    another,
    'The blue teapot is sold out until March, but the green one can be had right away.',
    'We get three of the blue teapots next week. Shall I keep one for you?',
  ],
  [
    another,
    'We do not ship to Norway yet; we hope to begin in the spring of next year.',
    'Shipping to Sweden takes four days and costs nine euros for a parcel of that size.',
  ],
  [
    another,
    'Your refund was sent on Monday and takes three to five working days to arrive.',
    'I see that the refund went to your old card. The bank sends it back to us, then we pay the new one.',
  ],
  [
    another,
    'I have asked the courier where it is and will tell you as soon as they answer.',
    'The courier says that nobody was at home on Thursday; they come again tomorrow before noon.',
  ],
  [
    another,
    'Thank you for telling us. We have passed it on to the team that looks after the site.',
    'The page works again, and the coupon you lost is in your basket. Thank you for telling us!',
  ],
  [
    another,
    'Yes, the cup goes in the dishwasher, on the upper shelf.',
    'Yes, the teapot goes on the stove, on a small flame.',
  ],
  [
    another,
    'We open at ten on Sunday, and the café in the yard at nine.',
    'We close at six on Sunday; the workshop stays open until eight.',
  ],
  [
    another,
    'Bună ziua, Ana! Coletul a plecat azi dimineață și ajunge la dumneavoastră marți.',
    'Curierul l-a ridicat la ora nouă, îl puteți urmări cu numărul din mesajul de ieri.',
  ],
  [
    another,
    'Ne pare foarte rău pentru cana spartă. Trimitem astăzi una nouă, fără niciun cost.',
    'Farfuria trebuia împachetată mai bine. Doriți alta sau vă întoarcem banii?',
  ],
  [
    another,
    'Programul magazinului este de luni până vineri, între orele 10 și 18.',
    'Sâmbătă suntem deschiși până la două, iar duminică atelierul este închis.',
  ],
  [
    another,
    'Comanda dumneavoastră a fost predată curierului și ajunge în cel mult două zile.',
    'Am găsit comanda: era oprită la vamă, le-am trimis factura acum zece minute.',
  ],
  [
    another,
    'Puteți returna produsul în 30 de zile, iar transportul îl plătim noi.',
    'Desigur, trimiteți lampa înapoi cu eticheta din cutie; vine curierul la ușă.',
  ],
  [
    another,
    'Vă mulțumim că ne-ați scris. Am trimis mesajul colegilor de la livrări.',
    'Pagina merge din nou, iar cuponul pierdut este în coș. Vă mulțumim că ne-ați spus!',
  ],
  [
    another,
    'Banii au fost virați luni și apar în cont în trei până la cinci zile lucrătoare.',
    'Văd că banii au mers pe cardul vechi; banca îi întoarce și îi plătim pe cel nou.',
  ],
  [
    another,
    'Vă rugăm să ne scrieți în privat numărul comenzii ca să putem verifica.',
    'Am verificat: comanda are două colete, al doilea pleacă mâine din depozit.',
  ],
]
