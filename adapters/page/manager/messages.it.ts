/** What the page says in Italian. Sentences about figures are made in functions/indicators/compare, never glued together here. */
import { count, listed } from "./grammar.ts";
import type { Neighbours } from "./rows.ts";

const and = (names: readonly string[]): string => listed(names, "e");
const cities = (n: number): string => count(n, "comune", "comuni");

export const it = {
  // the frame
  title: "Tavolo",
  claim: "I numeri del welfare dei Comuni, senza che i dati escano di casa",
  skip: "Vai al contenuto",
  nav: {
    indicators: "Indicatori",
    practices: "Schede di pratica",
    places: "Territori",
    catalogue: "Catalogo",
  },
  menu: "Menù principale",
  otherLanguage: "English",
  demonstration: "Dimostrazione.",
  demonstrationText:
    "Le cifre sulle persone sono inventate: nessuna di loro esiste. I residenti sono quelli veri (ISTAT, 1° gennaio 2022).",
  footer: "Tavolo · software libero",
  api: "Per chi programma",
  operator: "Coordinamento",
  accessibility: "Accessibilità: WCAG 2.2 AA, verificata con axe",
  borders: "Confini: openpolis su dati ISTAT, CC BY 4.0",
  made: "inventato",
  real: "reale",
  mixed: "in parte inventato",
  error: "Qualcosa non ha funzionato",
  again: "Riprova",
  waiting: "Le risposte arrivano…",
  // signing in
  signOut: "Esci",
  signInTitle: "Serve la chiave del Comune",
  signInText:
    "Le domande sono firmate in questo browser con la chiave dell’ente, e le risposte verificate qui. Nella dimostrazione apri il collegamento che stampa «npm start», oppure scegli il file della chiave.",
  signInFile: "File della chiave (JWK)",
  signInMember: "Ente",
  signInAgain: "La chiave di questo browser non è più accettata: esci, ed entra di nuovo.",
  signInWrong: "Questo file non è una chiave privata P-256 di un ente della federazione.",
  // above the figures
  people: (target: string, period: string, level: string) => `${target}, ${period}. ${level}`,
  levels: {
    nation: "Livello: nazione",
    region: "Livello: regione",
    province: "Livello: provincia",
    ambito: "Livello: ambito",
    municipality: "Livello: comune",
  },
  forCoverage: (title: string) => `Per ${title}`,
  toldApart: (own: string, told: Neighbours): string => {
    const { apart, "not-apart": same, "not-tested": untested } = told;
    if (apart.length + same.length + untested.length === 0)
      return "non c’è nessun altro con cui confrontarsi.";
    if (apart.length + same.length === 0)
      return `il confronto di ${own} con gli altri non è fatto.`;
    const all = same.length + untested.length === 0;
    const said = [
      ...(same.length > 0 ? [`da ${and(same)} rientra nel margine`] : []),
      ...(apart.length > 0 ? [`da ${all ? "tutti gli altri" : and(apart)} è certa`] : []),
      ...(untested.length > 0 ? [`con ${and(untested)} il confronto non è fatto`] : []),
    ];
    return `la differenza di ${own} ${said.join("; ")}.`;
  },
  noSentence: (own: string) =>
    `Di ${own} non si dice un numero in una frase: il suo margine, o quello della cifra che va letta accanto, è troppo largo.`,
  onlyMargin: (own: string) =>
    `La cifra di ${own} è troppo incerta per un numero: sotto se ne vede il margine.`,
  noOwnFigure: (own: string) =>
    `Di ${own} qui non c’è nessuna cifra da dire: sotto si legge perché.`,
  download: "Scarica",
  copy: "Copia link",
  copied: "Copiato",
  print: "Stampa",
  printedFor: (who: string, day: string) => `${who} · ${day}`,
  // an address that is wrong
  wrong: {
    choice: (name: string) => `L’indirizzo dice «${name}», che non è una scelta di questa pagina.`,
    value: (name: string, value: string) =>
      `L’indirizzo dice «${name}=${value}», che qui non c’è: è come se non ci fosse scritto.`,
    period: (value: string, shown: string, there: readonly string[]) =>
      `Del ${value} non ci sono cifre: qui si vede il ${shown}. Ci sono: ${there.join(", ")}.`,
    todo: "Scegli qui sotto ciò che cerchi.",
    indicator: "Questo indicatore non c’è",
    indicatorText: (id: string) =>
      `L’indirizzo chiede l’indicatore «${id}», che nessuno ha definito. Controlla come è scritto, o scegli dall’elenco.`,
    list: "Tutti gli indicatori",
  },
  // choices
  filters: "Scelte",
  chosenNow: (period: string, order: string, n: number) =>
    `${period} · ${order.toLowerCase()} · ${cities(n)}`,
  indicator: "Indicatore",
  period: "Periodo",
  everybody: "Tutti",
  codes: { F: "donne (F)", M: "uomini (M)", yes: "sì", no: "no", other: "altro" } as Readonly<
    Record<string, string>
  >,
  order: "Ordine delle righe",
  orders: {
    name: "Per nome del comune",
    residents: "Per residenti",
    similar: "Per somiglianza",
    value: "Per valore",
  },
  compareWith: "Confronta con",
  peers: { all: "Tutti", similar: "I più simili", chosen: "Scelgo io" },
  similarWhy: (titles: readonly string[]) =>
    titles.length === 0
      ? "Non c’è nessun criterio per cui i comuni differiscono: nessuno è più simile di un altro."
      : `Simili per ${and(titles)}. Togli chi non ti somiglia.`,
  similarTable: "Perché questi: i numeri e le distanze",
  distance: "Distanza",
  distanceText:
    "La distanza è la differenza media, in deviazioni standard, sui criteri detti: 0 è uguale in tutto.",
  remove: (name: string) => `Togli ${name} dal confronto`,
  add: (name: string) => `Aggiungi ${name} al confronto`,
  updated: (n: number) => `Figura aggiornata: ${cities(n)}`,
  // the table-picture
  sideBySide: "Le cifre, una accanto all’altra",
  cityByCity: "Le cifre, comune per comune",
  answered: (n: number, m: number) =>
    n === m ? `${cities(n)} su ${m} hanno risposto.` : `${cities(n)} su ${m}.`,
  bars: {
    need: "Bisogno, raggiunti, non raggiunti",
    known: "Conosciuti, raggiunti, non raggiunti",
  },
  barsEnds: { need: "bisogno", known: "conosciuti", gap: "non raggiunti" },
  barsOf: (of: string, base: string) => `su ${of} ${base}`,
  barsKey: {
    reached: "raggiunti",
    gap: "conosciuti e non raggiunti",
    rest: "non conosciuti",
    restNeed: "senza bisogno stimato",
    needGap: "non raggiunti",
  },
  value: "valore",
  valueAndInterval: "valore e margine",
  key: {
    own: (name: string) => name,
    same: (name: string) => `la differenza da ${name} rientra nel margine`,
    apart: (name: string) => `differenza certa da ${name}`,
    untested: (name: string) => `confronto con ${name} non fatto`,
    band: "solo il margine: troppo incerto per un numero",
    interval: "margine di incertezza al 95%: dove sta il valore vero 19 volte su 20",
    signs: { withheld: "non mostrato", absent: "assente", "not-applicable": "non applicabile" },
  },
  rounded: "Ogni valore è arrotondato per sé: le somme possono scostarsi di una o due unità.",
  standIn: (period: string, of: string) => `cifre del ${of}, perché del ${period} non ce ne sono.`,
  standInBase: (periods: readonly string[], of: string) =>
    `per il ${and(periods)} il denominatore è quello del ${of}.`,
  notKnown:
    "Non conosciuto non vuol dire trascurato: molti non hanno chiesto nulla, o non hanno bisogno di aiuto.",
  together: (n: number) => `Tutti insieme (${n})`,
  showTable: (rows: number) =>
    `Mostra la tabella (${count(rows, "riga", "righe")}, con margini e affidabilità)`,
  table: {
    city: "Comune",
    base: "Base",
    known: (of: string) => `Conosciuti, su ${of}`,
    need: (of: string) => `Bisogno, su ${of}`,
    gap: (of: string) => `Non raggiunti, su ${of}`,
    legend:
      "≠ differenza certa, ≈ rientra nel margine, ? confronto non fatto (prima la cifra, poi quella accanto). Affidabilità da A (alta) a E.",
    interval: "Margine (95%)",
    quality: "Affidabilità",
    compared: (name: string) => `Rispetto a ${name}`,
    told: {
      apart: "differenza certa",
      "not-apart": "differenza non certa",
      "not-tested": "confronto non fatto",
    },
  },
  state: {
    interval: "solo il margine",
    withheld: "non mostrato",
    absent: "assente",
    "not-applicable": "non applicabile",
  },
  short: {
    few: (smallest: number) => `non mostrato: meno di ${smallest} persone`,
    uncertain: "troppo incerto per un numero",
    unpublished: "assente: non pubblicato",
    down: (at: string) => `non ha risposto alle ${at}`,
    agreement: "serve un accordo",
    distrusted: "firma non valida: cifre tolte",
    other: "assente",
  },
  tooWide: "Queste cifre non bastano a distinguere i comuni:",
  tooWideWhy: "i margini sono più larghi delle differenze.",
  noFigures: "Non c’è nessuna cifra da mostrare.",
  nearest: "La domanda più vicina che ha una risposta:",
  alone: (name: string) => `${name} da sola: nessun accordo serve.`,
  aloneText:
    "Vedi le tue cifre e le statistiche pubbliche. Per confrontarti con gli altri comuni serve un accordo con ciascuno.",
  publicOnes: "Statistiche pubbliche, senza accordi",
  signatureFails: "Una firma non torna.",
  signatureOf: (names: readonly string[]) =>
    `La risposta di ${and(names)} non porta una firma valida: le sue cifre sono state tolte.`,
  signatureHub: "La tabella arrivata non porta una firma valida: nessuna cifra è mostrata.",
  // trend
  trend: (from: string) => `Com’è cambiato, dal ${from}`,
  trendSame: "Stessa scala in ogni riquadro.",
  trendIntervals:
    "Le linee verticali sono i margini al 95%; una banda senza punto è troppo incerta per un numero.",
  trendOf: (of: string) => `dati del ${of}`,
  noTrend: (title: string, of: string) =>
    `«${title}» non ha andamento: le cifre degli altri anni sono quelle del ${of}.`,
  noPartnerTrend: (title: string) => `L’andamento di «${title}» non è disegnato qui.`,
  others: (n: number) => `Vedi gli altri (${n}), stessa scala`,
  breakIn: (period: string, what: string) =>
    `Linea tratteggiata: dal ${period} le cifre non sono più dello stesso tipo (${what}).`,
  // a second indicator
  ofThese: "Di questi",
  // what is not seen
  missingTitle: "Che cosa non si vede, e perché",
  missingNone: "In questa pagina si vede tutto: ogni cifra ha il suo numero.",
  missingNote: {
    interval: "Un margine senza numero non vuol dire zero: il valore resta nei totali.",
    withheld: "Non mostrato non vuol dire zero: il valore resta nei totali.",
  },
  notCompared: "confronto non fatto",
  ways: {
    period: (period: string) => `Prova con il ${period}: lì si vede`,
    whole: "Togli il filtro: per tutti si vede",
    indicator: (title: string) => `Leggi «${title}»`,
    again: "Riprova tra poco",
    agreement: "Come si chiede un accordo",
  },
  agreementTitle: "Come si chiede un accordo",
  agreementSteps: [
    "Scrivi all’ufficio dei servizi sociali dell’altro Comune: a che cosa serve il confronto, quali dati, per quanto tempo.",
    "Il tuo ufficio prepara il testo e lo firma con la chiave del Comune («tavolo agreement --help»).",
    "L’altro Comune lo legge sulla sua pagina e firma, chiede una modifica, o rifiuta.",
    "Dal momento della seconda firma la riga si riempie da sola.",
  ],
  whyMargin: "Perché c’è un margine",
  margin:
    "Ogni comune ritocca un poco le cifre prima di pubblicarle, perché nessuno possa riconoscervi una persona.",
  marginOwn: (name: string, value: string, low: string, high: string) =>
    `Per ${name} il valore è ${value}, tra ${low} e ${high}: il margine comprende quel ritocco e, dove si dice, il caso.`,
  whyNoMargin: "Perché non c’è un margine",
  exact: "Sono cifre pubbliche, esatte come la loro fonte: non è stato aggiunto nulla.",
  // colleagues
  practicesTitle: "Da una cifra a un collega",
  practicesText: "Schede scritte e firmate dai comuni su questo indicatore",
  practicesNone: "Nessun comune ha ancora scritto una scheda su questo indicatore.",
  practice: { done: "Che cosa", regulation: "Regola", cost: "Costo", context: "Contesto" },
  writeTo: "Scrivi a",
  card: "scheda di pratica",
  signedBy: (version: number, day: string) =>
    `Firma del Comune verificata · versione ${version}, ${day}`,
  point: {
    card: "per ragionare",
    title: "Che cosa vale un punto in più",
    intro: (amount: string, of: string, hours: string, unit: string) =>
      `Aiutare ${amount} in più ogni ${of} (oggi ${hours} ${unit}) vorrebbe dire:`,
    persons: "persone",
    hours: "ore l’anno",
    euro: "euro l’anno",
    at: (price: string) => `a ${price} euro l’ora`,
    share: "Quota che vive sola, in %",
    alone: (n: string, of: string) =>
      `Basterebbe per ${n} su 100 delle circa ${of} persone che vivono sole.`,
    assumed: "La quota è un’ipotesi tua: cambiala.",
  },
  // method
  how: "Come si calcola",
  numerator: "Numeratore",
  denominator: "Denominatore",
  multiplier: (n: string) => `per ogni ${n}`,
  version: (n: number, by: number) =>
    `Definizione, versione ${n}${by > 0 ? `, accettata da ${count(by, "ente", "enti")}` : ""}.`,
  notSay: "Che cosa non dice",
  readBeside: "Da leggere accanto a",
  sources: "Fonti e licenze",
  signatures: "Firme verificate in questo browser",
  signaturesText: (n: number, m: number) =>
    `${n === 1 ? `1 risposta su ${m} porta` : `${n} risposte su ${m} portano`} la firma del loro ente. La tabella è firmata dal coordinamento.`,
  nothingSigned: "Non è arrivata nessuna risposta da verificare.",
  digest: "Impronta",
  proof: "Scarica la prova",
  seeSignatures: "Vedi le firme",
  keyOf: "Impronta della chiave",
  uses: {
    hub: "tabella",
    member: "domanda",
    session: "domanda",
    answer: "risposta",
    release: "rilascio",
    keep: "registro",
  } as Readonly<Record<string, string>>,
  // lists
  themes: {
    common: "Servizi sociali",
    "frail-elderly": "Anziani fragili",
    access: "Accesso",
    marginality: "Grave marginalità",
    youth: "Ragazzi",
    "working-poor": "Lavoro povero",
  },
  places: {
    input: "risorse",
    process: "processo",
    output: "prodotto",
    outcome: "risultato",
    impact: "impatto",
    context: "contesto",
  },
  indicatorsText: "Ogni indicatore dice che cosa si conta, di chi, e accanto a che cosa va letto.",
  searchCatalogue: "Cerca nel catalogo",
  found: (n: number) => count(n, "insieme di dati", "insiemi di dati"),
  onlyFirst: (n: number) => `Si vedono i primi ${n}: scrivi una parola in più.`,
  dataset: "Dati",
  periods: "Periodi",
  // places
  placesTitle: "Territori: una tabella pubblica a quattro livelli",
  placesText:
    "Nazione, regione, provincia, comune. Le cifre sono vere e di tutti: nessun accordo serve.",
  level: { IT: "regioni", region: "province", province: "comuni" },
  shownLevel: (level: string, inside: string) => `Livello mostrato: ${level} · dentro: ${inside}`,
  mapTitle: (title: string) => `${title}: la carta`,
  mapText:
    "Più scuro vuol dire un valore più alto, non migliore. I valori sono nella tabella accanto.",
  classOf: (low: string, high: string) => `da ${low} a ${high}`,
  noValue: "senza valore",
  placeName: "Territorio",
  italy: "Italia",
};
