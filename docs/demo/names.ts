/** Common names to put together at random. Whoever results is invented; that somebody bears the name is unavoidable. */

export interface Country {
  readonly name: string;
  readonly citizenship: "IT" | "EU" | "other";
  /** Cadastral code of the state; Italians are born in a municipality. */
  readonly place: string;
  readonly surnames: readonly string[];
  readonly F: readonly string[];
  readonly M: readonly string[];
}

const words = (text: string): string[] => text.split(",");

export const italy: Country = {
  name: "Italia",
  citizenship: "IT",
  place: "",
  surnames: words(
    "Rossi,Ferrari,Russo,Bianchi,Romano,Colombo,Ricci,Marino,Greco,Bruno,Gallo,Conti,De Luca,Costa,Giordano,Mancini,Rizzo,Lombardi,Moretti,Barbieri,Fontana,Santoro,Mariani,Rinaldi,Caruso,Ferrara,Galli,Martini,Leone,Longo,Gentile,Martinelli,Vitale,Lombardo,Serra,Coppola,De Santis,D'Angelo,Marchetti,Parisi,Villa,Conte,Ferraro,Ferri,Fabbri,Bianco,Marini,Grasso,Valentini,Messina,Sala,De Angelis,Gatti,Pellegrini,Palumbo,Sanna,Farina,Rizzi,Monti,Cattaneo,Morelli,Amato,Silvestri,Mazza,Testa,Grassi,Pellegrino,Carbone,Giuliani,Benedetti,Barone,Rossetti,Caputo,Montanari,Guerra,Palmieri,Bernardi,Martino,Fiore,De Rosa,Ferretti,Bellini,Basile,Riva,Donati,Piras,Vitali,Battaglia,Sartori,Neri,Costantini,Milani,Pagano,Ruggiero,Sorrentino,D'Amico,Orlando,Negri,Nicolò,Manfrè",
  ),
  F: words(
    "Maria,Anna,Giuseppina,Rosa,Angela,Giovanna,Teresa,Lucia,Carmela,Caterina,Francesca,Antonietta,Carla,Elena,Concetta,Rita,Margherita,Franca,Paola,Laura,Giulia,Sara,Chiara,Valentina,Alessandra,Silvia,Martina,Federica,Sofia,Aurora,Alice,Ginevra,Emma,Giorgia,Beatrice,Luisa,Graziella,Bruna,Niccolina,Zoè",
  ),
  M: words(
    "Giuseppe,Antonio,Giovanni,Mario,Luigi,Francesco,Angelo,Vincenzo,Pietro,Salvatore,Carlo,Franco,Domenico,Bruno,Paolo,Michele,Giorgio,Aldo,Sergio,Luciano,Andrea,Marco,Luca,Matteo,Alessandro,Davide,Lorenzo,Leonardo,Tommaso,Riccardo,Gabriele,Edoardo,Niccolò,Mattia,Enzo,Gino,Renato,Roberto,Stefano,Fabio",
  ),
};

const abroad = (
  name: string,
  citizenship: "EU" | "other",
  place: string,
  surnames: string,
  F: string,
  M: string,
): Country => ({
  name,
  citizenship,
  place,
  surnames: words(surnames),
  F: words(F),
  M: words(M),
});

export const countries: readonly Country[] = [
  abroad(
    "Romania",
    "EU",
    "Z129",
    "Popescu,Ionescu,Popa,Dumitru,Stan,Radu,Munteanu",
    "Elena,Mihaela,Andreea,Ioana,Daniela",
    "Ion,Andrei,Mihai,Cristian,Vasile",
  ),
  abroad(
    "Polonia",
    "EU",
    "Z127",
    "Nowak,Kowalska,Wojcik,Mazur,Krawczyk",
    "Anna,Katarzyna,Agnieszka,Ewa",
    "Piotr,Tomasz,Marek,Pawel",
  ),
  abroad(
    "Bulgaria",
    "EU",
    "Z104",
    "Ivanov,Georgiev,Dimitrov,Petrov",
    "Maria,Desislava,Elena",
    "Georgi,Dimitar,Nikolay",
  ),
  abroad(
    "Spagna",
    "EU",
    "Z131",
    "García,Fernández,López,Sánchez",
    "Carmen,Lucía,Paula",
    "José,Javier,Pablo",
  ),
  abroad(
    "Albania",
    "other",
    "Z100",
    "Hoxha,Shehu,Dervishi,Leka,Marku,Gjoni",
    "Elira,Mirela,Arta,Valbona,Era",
    "Arben,Ilir,Altin,Gentian,Erion",
  ),
  abroad(
    "Marocco",
    "other",
    "Z330",
    "El Amrani,Alaoui,Bennani,Idrissi,Tazi,Haddad",
    "Fatima,Khadija,Aicha,Salma,Nadia",
    "Mohamed,Ahmed,Youssef,Hassan,Omar",
  ),
  abroad(
    "Ucraina",
    "other",
    "Z138",
    "Shevchenko,Kovalenko,Bondarenko,Tkachenko,Melnyk",
    "Oksana,Olena,Natalia,Iryna,Halyna",
    "Oleksandr,Andriy,Serhiy,Ivan",
  ),
  abroad(
    "Moldova",
    "other",
    "Z140",
    "Rusu,Ceban,Ciobanu,Rotaru,Lungu",
    "Natalia,Tatiana,Svetlana,Doina",
    "Igor,Sergiu,Victor,Vadim",
  ),
  abroad(
    "Cina",
    "other",
    "Z210",
    "Wang,Li,Zhang,Chen,Lin,Hu",
    "Mei,Xia,Yan,Jing",
    "Wei,Jun,Lei,Ming",
  ),
  abroad(
    "Nigeria",
    "other",
    "Z335",
    "Okafor,Eze,Osagie,Igbinovia,Obi",
    "Blessing,Joy,Faith,Gift",
    "Emmanuel,Samuel,Kingsley,Daniel",
  ),
  abroad(
    "Egitto",
    "other",
    "Z336",
    "Hassan,Mahmoud,Ibrahim,Said,Mansour",
    "Mona,Amal,Heba,Samira",
    "Ahmed,Mostafa,Karim,Tarek",
  ),
  abroad(
    "Filippine",
    "other",
    "Z216",
    "Santos,Reyes,Cruz,Bautista,Garcia",
    "Maricel,Jocelyn,Rosalie,Grace",
    "Jose,Ramon,Jun,Rodel",
  ),
  abroad(
    "Pakistan",
    "other",
    "Z236",
    "Khan,Iqbal,Hussain,Malik,Butt",
    "Saima,Nadia,Bushra",
    "Muhammad,Imran,Tariq,Asif",
  ),
];

/** States written in the files but in no code list: a reader puts them under "other". */
export const unlisted: readonly string[] = ["Apolide", "Perù", "Capo Verde"];

export const streets: readonly string[] = words(
  "Via Giuseppe Garibaldi,Via Giuseppe Mazzini,Via Roma,Via Guglielmo Marconi,Via Dante Alighieri,Via Cavour,Corso Italia,Piazza della Libertà,Via Alessandro Volta,Via XX Settembre,Via IV Novembre,Via della Resistenza,Via Giacomo Matteotti,Via Antonio Gramsci,Via Galileo Galilei,Via dell'Orto,Viale della Stazione,Via San Martino,Via Verdi,Via Pascoli,Vicolo dell'Università,Via Monte Grappa",
);
/** Place of birth of Italians born elsewhere: Milano, Napoli, Torino, Bologna, Palermo, Bari, Venezia. */
export const elsewhere: readonly string[] = [
  "F205",
  "F839",
  "L219",
  "A944",
  "G273",
  "A662",
  "L736",
];
