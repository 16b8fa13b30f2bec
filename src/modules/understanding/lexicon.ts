import { hashWord } from './hash.ts'
import type { Mood } from './signs.ts'

// Words that the sets hold in one language and customers write in another: how much each mood weighs is learnt from
// both together. `word*` stands for whatever begins so. Folded; Romanian as it is written in haste, too.

const pleased = `
  love* loving lovely adore* great greatly awesome amazing* excellent* fantastic* wonderful* brilliant* superb* perfect*
  delicious* beautiful* gorgeous best happy happily pleased pleasure delight* impress* recommend* thank* thx ty cheers
  grateful* appreciat* friendly helpful kind kindly kindness nice nicest nicely enjoy* congrat* bravo kudos wow good
  glad fab fabulous incredible outstanding spotless tasty yummy charming smooth* worth proud polite prompt* cute stunning
  magic magical genius hero heroes star stars legend excited reliable professional* flawless* fun funny thoughtful
  multum* mersi merci ms bravo felicit* recomand* excelent* minunat* superb* super perfect* genial* fantastic* grozav*
  extraordinar* exceptional* impecabil* ireprosabil* deosebit* frumos* frumoas* placut* placere bun buna
  buni bune bine incant* bucur* iubesc iubim ador* apreciez apreciem apreciat* respect stima amabil* dragut* politicos*
  prompt* profesion* seriosi rapid* delici* gustos* gustoas* merita* reusit* succes calitate tari tare 
  recunosc* cinste draga dragi pup multam* misto fain* calduros* primitor* curat* salvat* mandr* geniu scumpi scumpo drag `

const upset = `
  terribl* horribl* awful* worst worse bad badly disappoint* disgust* rude* unacceptabl* useless pathetic ridiculous*
  disgrace* shame* shameful joke scam* fraud* thief thieves liar* lied lies angry annoy* frustrat* furious fed hate*
  sick sad sadly unfortunately regret* poor poorly unhappy upset* upsetting appall* dreadful* shocking* nightmare mess
  messy dirty filthy disaster* avoid waste* wasted stupid idiot* incompeten* unhelpful unprofessional ignore* ignored
  ignoring rubbish crap garbage trash joking complain* complaint* unreliable misleading mistreat* insult* worried ruin*
  hopeless sucks suck lousy cheated annoyed tired fail* boring ugly gross nasty insane unfair* careless*
  groaznic* oribil* ingrozitor* prost* proast* rau rea dezamag* scarb* nesimt* nesimit* inacceptabil* inadmisibil*
  inutil* jalnic* ridicol* rusin* hoti hotii tepa teapa tepe tepari teapar* escroc* mincin* minciun* mintit mintiti furios* nervi nervos*
  enerv* satur* frustr* urat* urasc trist* pacate pacat regret* slab* nemultum* nepolit* nepas* mizer* jeg* murdar*
  dezastr* evitat* evitati pierder* incompet* neprofesion* ignor* ignorat plang* plange* reclam*
  reclamatie sesiz* nasol* naspa porcar* execrabil* lamentabil* catastrof* penibil* nedrept* abuz* tupeu* bataie
  disper* dezgust* rateu* jignit* jigni* halal cosmar* nenoroc* prostie prostii groaza`

const trouble = `
  broken broke break* late delay* wait* waited missing lost damaged* defect* faulty fault* wrong* refund* cancelled
  canceled overcharg* charged stuck crash* error* problem* issue* slow* cold dead expired dirty stopped torn ripped
  scratch* leak* noisy smell* smelly rotten stale burnt raw refuse* refused denied rejected blocked nobody twice
  again still already finally yet weeks overpriced expensive cracked flicker* fell stain* stained double charging hung
  unanswered reported excuse* excuses promised supposed mistake* down outage
  stricat* strica* rupt* spart* intarzi* astept* lipsesc lipseste lips* pierdut* pierd* deteriorat* defect* gresit*
  gresel* ramburs* anulat* taxat* blocat* bloch* eroare erori problem* probleme incet* rece reci mort expirat* murdar*
  zgari* curge miros* mirosea alterat* ars arsa crud* refuz* refuzat* respins* nimeni iar tot inca deja saptamani
  crapat* patat* pata dublu scuza scuze promis* trebuia greseala pica picat* cazut* penal* amend*
  nefunctional* scump scumpa scumpe reziliez rezil* reclamatie uzat* desfacut* neplacut* gol goala`

const { whole, starts } = sort()

/** The mood of a whole word, by its hash. */
export function moodOfWord(hash: number): Mood | undefined {
  return whole.get(hash)
}

/** The mood of all words that begin so, by the hash of the beginning: asked at each letter, so mostly told by a bit. */
export function moodOfStart(hash: number): Mood | undefined {
  return maybe[hash & (maybe.length - 1)] ? starts.get(hash) : undefined
}

const maybe = new Uint8Array(4096)
for (const hash of starts.keys()) maybe[hash & (maybe.length - 1)] = 1

function sort(): { whole: Map<number, Mood>; starts: Map<number, Mood> } {
  const sorted = { whole: new Map<number, Mood>(), starts: new Map<number, Mood>() }
  const lists: [Mood, string][] = [
    ['troubled', trouble],
    ['upset', upset],
    ['pleased', pleased],
  ]
  for (const [mood, words] of lists)
    for (const word of words.trim().split(/\s+/)) {
      if (word.endsWith('*')) sorted.starts.set(hashWord(word.slice(0, -1)), mood)
      else sorted.whole.set(hashWord(word), mood)
    }
  return sorted
}
