/*
 * People of other countries, made up: a second opinion on the matching model, by other hands, words and mistakes
 * than tests/data.
 *
 *     node tests/accuracy/elsewhere.mjs FOLDER [RECORDS [SEED]]
 *
 * writes a folder for each set below: records.csv and truth.csv.  `accuracy FOLDER/SET` resolves one.
 * Everything follows from the seed.
 */
import { mkdirSync, writeFileSync } from 'node:fs';

let state = 1n;
const random = () => {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number(state >> 33n) / 2 ** 31;
};
const below = (n) => Math.floor(random() * n);
const chance = (p) => random() < p;
/* The first are the commonest, about as names are. */
const common = (list) => list[Math.floor(list.length * random() ** 2)];
const any = (list) => list[below(list.length)];
const words = (text) => text.trim().split(/\s+/);
/* Every front with every back: as many surnames as a country needs. */
const joined = (fronts, backs) => words(fronts).flatMap((f) => words(backs).map((b) => f + b));

/*
 * Beyond the common words of a country there are many rare ones: a share of all comes from endings put to syllables,
 * which are the country's own by its letters.
 */
const rare = (syllables, endings) => joined(syllables, endings).flatMap((w) => [w, w]);
const beginnings = 'Al Ben Cal Dor El Fal Gen Hil Is Jo Kar Lor Mar Nor Or Per Ros Sal Tor Ul Val Wil Ad Bri Cle Den Em Fer Gil Hel Jas Ken Lu Mil Nat';
const names = (list, common, tail) => (chance(common) ? (list[Math.floor(list.length * random() ** 2)]) : any(tail));
const tails = {
  f: rare(beginnings, 'inda etta ena isa ona ia essa anne elle ita'),
  m: rare(beginnings, 'bert mond win ard ian o us ton ric mar'),
  family: rare('Ba Ca De Fa Ge Ha Ki La Mo Ne Pa Qui Ra So Ta Vo We Za Bre Cla Dro Fre Gro Kra Ple Ste Tre Schwa', 'bel ckmann dler fort gano hner jak kowitz lini mbert nzoni ppel rdan sset tković vers witz xander zette ndt'),
  street: rare('Acker Birken Dorn Espen Fels Ginster Holunder Kastanien Lerchen Mohn Nelken Quell Raben Silber Tannen Ulmen Veilchen Weiden Amsel Buchen Distel Efeu', 'hof grund hain bruch feld tal kamp holz au rain'),
  town: rare('Al Bel Cor Dun Ess For Gal Hav Ing Jar Kel Lim Mor Nev Oss Pol Rad Sel Tur Vel Win Zel', 'burg stad ville ona ingen owo minster eda heim ano') };
const street = (common) => names(common, 0.35, tails.street);

const countries = {
  DE: {
    women: words('Anna Maria Ursula Petra Sabine Monika Claudia Susanne Andrea Birgit Heike Julia Katharina Lena Hanna Emma Mia Marlene Frieda Greta Jana Antje Silke Anke Gisela Renate'),
    men: words('Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Günter Stefan Christian Uwe Werner Horst Frank Dieter Jan Jonas Lukas Felix Paul Leon Moritz Björn Sören Götz Jörg'),
    families: [...words('Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange'), ...joined('Stein Rosen Linden Berg Busch Eichen Winkel Grün Hohen Kalten Ober Unter Nieder Alten Neu', 'hagen feld mann berger bach hauser brück wald thaler meier')],
    cities: [['Köln', '50667'], ['München', '80331'], ['Nürnberg', '90402'], ['Lübeck', '23552'], ['Göttingen', '37073'], ['Bonn', '53111'], ['Halle (Saale)', '06108'], ['Frankfurt am Main', '60311']],
    street: () => `${street(words('Haupt Bahnhof Garten Schul Berg Linden Kirch Mühlen Goethe Schiller Rosen Wald'))}${any(words('straße straße weg allee'))}`,
    line: (street, n) => `${street} ${n}`,
    shorter: (s) => s.replace('straße', any(['str.', 'strasse', 'str'])),
    phone: () => `+49 ${any(['221', '89', '911', '451', '228'])} ${1000000 + below(8999999)}`,
    plain: (s) => s.replaceAll('ü', 'ue').replaceAll('ö', 'oe').replaceAll('ä', 'ae').replaceAll('ß', 'ss').replaceAll('Ü', 'Ue'),
  },
  FR: {
    women: words('Marie Nathalie Isabelle Sylvie Catherine Martine Christine Françoise Valérie Sandrine Stéphanie Céline Chloé Inès Léa Manon Camille Hélène Aurélie Élodie'),
    men: words('Jean Pierre Michel Philippe Alain Patrick Nicolas Christophe Stéphane Laurent François Éric Rémi Théo Hugo Lucas Jérôme Frédéric Olivier Gérard'),
    families: [...words('Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia David Bertrand Roux Vincent Fournier Morel Girard André Mercier'), ...joined('Beau Mont Cham Fon Vil Gran Bel Cour Char Lar', 'dier taine pagne lieu mard vallon bois gnac rivière teau')],
    cities: [['Lyon', '69003'], ['Saint-Étienne', '42000'], ['Nîmes', '30000'], ['Besançon', '25000'], ['Paris', '75011'], ['Orléans', '45000']],
    street: () => `${any(words('rue rue avenue boulevard place'))} ${street(['de la Gare', 'des Lilas', 'Victor Hugo', 'du Général Leclerc', 'Pasteur', 'de la République', 'Saint-Michel', 'des Écoles', 'Jean Jaurès'])}`,
    line: (street, n) => `${n} ${street}`,
    shorter: (s) => s.replace('avenue', 'av.').replace('boulevard', 'bd').replace('Saint', 'St'),
    phone: () => `0${1 + below(5)} ${10 + below(89)} ${10 + below(89)} ${10 + below(89)} ${10 + below(89)}`,
  },
  ES: {
    women: words('María Carmen Ana Isabel Laura Cristina Marta Dolores Pilar Lucía Elena Raquel Sara Paula Rosa Mercedes'),
    men: words('Antonio José Manuel Francisco Juan David Javier Jesús Daniel Carlos Miguel Alejandro Rafael Pedro Ángel Pablo'),
    families: words('García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias Medina Garrido Cortés Castillo Santos Lozano Guerrero Cano Prieto'),
    double: true,
    cities: [['Madrid', '28004'], ['Cádiz', '11001'], ['Málaga', '29005'], ['León', '24001'], ['Zaragoza', '50001']],
    street: () => `${any(['Calle', 'Avenida', 'Plaza'])} ${street(['Mayor', 'de Alcalá', 'del Sol', 'Real', 'San Juan', 'de la Constitución', 'Cervantes', 'del Carmen'])}`,
    line: (street, n) => `${street}, ${n}`,
    shorter: (s) => s.replace('Calle', 'C/').replace('Avenida', 'Avda.'),
    phone: () => `+34 9${10 + below(60)} ${100 + below(899)} ${100 + below(899)}`,
  },
  NL: {
    women: words('Johanna Maria Anna Cornelia Sanne Lotte Femke Fleur Anouk Marloes Ingrid Wilma Annelies Sophie'),
    men: words('Jan Johannes Cornelis Pieter Willem Hendrik Daan Sem Bram Sjoerd Joost Kees Gijs Maarten Thijs'),
    families: [...words('Jansen Bakker Visser Smit Meijer Mulder Bos Vos Peters Hendriks Dekker Brouwer Dijkstra Postma'), 'de Jong', 'de Vries', 'van den Berg', 'van Dijk', 'de Boer', 'van der Meer', 'van Leeuwen', "van 't Hof", 'ten Brink', ...joined('Hoek Water Veld Zand Heide', 'stra man ink meijer horst')],
    cities: [['Utrecht', '3511 AB'], ['Groningen', '9712 CD'], ["'s-Hertogenbosch", '5211 EF'], ['Leiden', '2311 GH']],
    street: () => `${street(words('Kerk Dorps School Molen Beatrix Wilhelmina Markt'))}${any(words('straat laan weg plein'))}`,
    line: (street, n) => `${street} ${n}`,
    shorter: (s) => s.replace('straat', 'str.'),
    phone: () => `06 ${10000000 + below(89999999)}`,
  },
  PL: {
    women: words('Anna Maria Katarzyna Małgorzata Agnieszka Barbara Krystyna Ewa Elżbieta Zofia Magdalena Joanna Aleksandra Justyna'),
    men: words('Piotr Krzysztof Andrzej Tomasz Jan Paweł Michał Marcin Stanisław Jakub Łukasz Adam Mateusz Zbigniew'),
    families: [...words('Nowak Wójcik Mazur Krawczyk Zając Król Wróbel Duda Sikora Bąk Baran Szewczyk'), ...joined('Kowal Wiśniew Lewandow Zieliń Szymań Dąbrow Kozłow Jankow Wojciechow Kwiatkow Piotrow Grabow', 'ski')],
    female: (f) => f.replace(/ski$/, 'ska'),
    cities: [['Kraków', '31-001'], ['Łódź', '90-001'], ['Gdańsk', '80-001'], ['Poznań', '60-001']],
    street: () => `ul. ${street(['Polna', 'Leśna', 'Słoneczna', 'Krótka', 'Szkolna', 'Ogrodowa', 'Jana Pawła II', 'Kościuszki'])}`,
    line: (street, n) => `${street} ${n}/${1 + (n % 30)}`,
    shorter: (s) => s.replace('ul. ', ''),
    phone: () => `+48 ${500 + below(300)} ${100 + below(899)} ${100 + below(899)}`,
  },
  TR: {
    women: words('Fatma Ayşe Emine Hatice Zeynep Elif Meryem Şerife Sultan Merve Özlem Gül Esra Büşra'),
    men: words('Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim İsmail Osman Yusuf Murat Ömer Emre Çağlar'),
    families: words('Yılmaz Kaya Demir Şahin Çelik Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara Koç Kurt Özkan Şimşek Polat Korkmaz Çakır Erdoğan Aktaş Güneş Bozkurt Avcı Taş Bulut Keskin Ünal Turan Gül Özer Işık Kaplan Acar'),
    cities: [['İstanbul', '34710'], ['İzmir', '35220'], ['Eskişehir', '26010']],
    street: () => `${street(['Atatürk', 'Cumhuriyet', 'İnönü', 'Fatih', 'Gazi', 'Çiçek'])} ${any(['Caddesi', 'Sokak'])}`,
    line: (street, n) => `${street} No: ${n}`,
    shorter: (s) => s.replace('Caddesi', 'Cad.').replace('Sokak', 'Sk.'),
    phone: () => `+90 5${30 + below(20)} ${1000000 + below(8999999)}`,
  },
  VN: {
    women: words('Thị Thu Ngọc Thanh Kim Bích Minh Hoài').flatMap((a) => words('Lan Hoa Hương Ánh Mai Thảo Ngân Hồng Châu Trang Linh Nga Yến Vân Hạnh Phương Tuyết Dung Quỳnh').map((b) => `${a} ${b}`)),
    men: words('Văn Đức Quang Hữu Thành Xuân Hoàng Minh Công').flatMap((a) => words('Hùng Minh Anh Huy Phước Long Tuấn Trường Nam Dũng Sơn Hải Khoa Phong Thắng Tùng Bình Kiên').map((b) => `${a} ${b}`)),
    families: words('Nguyễn Nguyễn Nguyễn Trần Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý'),
    surnameFirst: true,
    cities: [['Hà Nội', '100000'], ['Đà Nẵng', '550000'], ['Huế', '530000']],
    street: () => `${street(['Lê Lợi', 'Trần Phú', 'Nguyễn Huệ', 'Hai Bà Trưng', 'Lý Thường Kiệt'])}`,
    line: (street, n) => `${n} ${street}`,
    shorter: (s) => s,
    phone: () => `+84 9${10000000 + below(89999999)}`,
  },
  IN: {
    women: words('Priya Anjali Sunita Lakshmi Kavita Neha Pooja Deepa Meena Radha Shreya Divya Geeta Asha'),
    men: words('Rajesh Amit Sanjay Suresh Ramesh Vijay Anil Rahul Arjun Venkatesh Mohan Krishna Ravi Sunil'),
    families: words('Kumar Sharma Singh Patel Reddy Gupta Iyer Nair Rao Das Mehta Joshi Verma Menon Pillai Chatterjee Mukherjee Banerjee Deshmukh Kulkarni Agarwal Subramanian Krishnamurthy Venkataraman'),
    cities: [['Bengaluru', '560001'], ['Chennai', '600004'], ['Pune', '411001'], ['Kolkata', '700019']],
    street: () => `${street(['MG', 'Station', 'Temple', 'Gandhi', 'Nehru', 'Lake View', 'Park'])} Road`,
    line: (street, n) => `Flat ${1 + (n % 40)}, ${n} ${street}`,
    shorter: (s) => s.replace('Road', 'Rd'),
    phone: () => `+91 9${100000000 + below(899999999)}`,
  },
  JO: {
    women: words('Fatima Aisha Maryam Layla Noura Khadija Zainab Huda Amina Salma'),
    men: words('Mohammed Ahmed Ali Hassan Hussein Omar Khalid Yusuf Ibrahim Abdullah Mustafa Said'),
    families: ['Al-Masri', 'El Sayed', 'Al Hashimi', 'Haddad', 'Khoury', 'Mansour', 'Abdel Rahman', 'Ben Ali', 'Al-Najjar', 'Saleh', 'Hamdan', 'Al-Qahtani', 'Shaheen', 'Nasser', 'Aziz', 'Bakr', 'Darwish', 'El-Amin', 'Farouk', 'Ghanem'],
    spellings: { Mohammed: words('Muhammad Mohamed Mohammad'), Hussein: words('Hussain Husain'), Ahmed: ['Ahmad'], Yusuf: words('Youssef Yousef'), Khalid: ['Khaled'], Fatima: words('Fatimah Fatma'), Aisha: words('Ayesha Aicha'), Omar: ['Umar'], Abdullah: ['Abdallah'] },
    cities: [['Amman', '11118'], ['Cairo', '11511'], ['Dubai', '']],
    street: () => `${street(['King Abdullah', 'Tahrir', 'Al Wasl', 'Corniche', 'University'])} Street`,
    line: (street, n) => `${n} ${street}`,
    shorter: (s) => s.replace('Street', 'St'),
    phone: () => `+962 7${70000000 + below(29999999)}`,
  },
  US: {
    women: words('Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Nancy Lisa Margaret Betty Sandra Ashley Emily Donna Michelle Carol Amanda Melissa Deborah'),
    men: words('James Robert John Michael David William Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony Mark Donald Steven Andrew Paul Joshua Kenneth Kevin Brian'),
    families: [...words('Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris'), ...joined('Ash Black Brad Copp Dun Ells Fair Green Hart Kings Lang Mid North Oak Pem Red Stan Thorn West Win', 'field worth ley ton bury erman ford well wood by')],
    short: { Robert: 'Bob', William: 'Bill', James: 'Jim', Elizabeth: 'Liz', Margaret: 'Peggy', Richard: 'Rick', Michael: 'Mike', Patricia: 'Pat', Susan: 'Sue', Thomas: 'Tom', Jennifer: 'Jen', Christopher: 'Chris' },
    cities: [['Springfield', '62704'], ['Dayton', '45402'], ['Tulsa', '74103'], ['Boise', '83702'], ['Salem', '97301'], ['Mobile', '36602']],
    street: () => `${street(['Main', 'Oak', 'Maple', 'Washington', 'Second', 'Park', 'Lake', 'Hill', 'Cedar', 'Elm', 'Lincoln', 'Jefferson'])} ${any(['Street', 'Avenue', 'Road', 'Drive', 'Court', 'Lane'])}`,
    line: (street, n) => `${n} ${street}`,
    shorter: (s) => s.replace('Street', 'St').replace('Avenue', 'Ave').replace('Road', 'Rd').replace('Drive', 'Dr').replace('Lane', 'Ln'),
    phone: () => `(${200 + below(700)}) ${200 + below(700)}-${1000 + below(8999)}`,
  },
};

const two = (n) => String(n).padStart(2, '0');

function slip(text) {
  if (text.length < 3) return text;
  const at = 1 + below(text.length - 2);
  const letter = String.fromCharCode(97 + below(26));
  return [
    () => text.slice(0, at) + text.slice(at + 1),
    () => text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2),
    () => text.slice(0, at) + letter + text.slice(at),
    () => text.slice(0, at) + letter + text.slice(at + 1),
  ][below(4)]();
}

/* What a scanner makes of letters. */
const scanned = (text) =>
  text.replace(/[lOISBrm]/g, (c) => (chance(0.25) ? { l: '1', O: '0', I: 'l', S: '5', B: '8', r: 'n', m: 'rn' }[c] : c));

/* A town has a few postcodes; those of the composed towns follow from their place in the list. */
const mailboxes = new Set();

function home(c) {
  const at = below(tails.town.length);
  const listed = any(c.cities), composed = [tails.town[at], listed[1].replace(/\d/g, (d, i) => (Number(d) + at * (i + 3)) % 10)];
  const [city, postcode] = chance(0.4) ? listed : composed;
  return { street: c.street(), number: 1 + below(140), city, postcode: postcode.replace(/\d(?=\D*$)/, () => below(10)) };
}

const born = (from, to) => [from + below(to - from), two(1 + below(12)), two(1 + below(28))];

const name_of = (c, sex) => names(sex === 'f' ? c.women : c.men, c.surnameFirst ? 1 : 0.5, tails[sex]);
const surname_of = (c) => names(c.families, c.surnameFirst ? 1 : 0.4, tails.family);

function family(c) {
  const name = surname_of(c), where = home(c), line = c.phone(), box = chance(0.15);
  const other = surname_of(c);
  const person = (sex, birth, surname = name) => ({
    sex, birth, given: name_of(c, sex), home: where, line: chance(0.4) ? line : c.phone(),
    family: c.double ? `${surname} ${other}` : surname, box: box ? `${surname}.${where.number}` : '',
  });
  const people = [person('m', born(1940, 1985))];
  if (chance(0.6)) people.push(person('f', born(1940, 1985), c.double || chance(0.2) ? surname_of(c) : name));
  while (people.length > 1 && chance(0.4)) people.push(person(any(['f', 'm']), born(1986, 2010)));
  const last = people[people.length - 1];
  if (people.length > 2 && chance(0.1)) people.push({ ...person(last.sex, last.birth), birth: last.birth }); // twins
  if (chance(0.04)) people.push({ ...people[0], birth: born(1970, 2005), line: c.phone(), box: '' }); // junior
  for (const p of people) {
    if (p.sex === 'f' && c.female) p.family = c.female(p.family);
    p.mail = p.box || `${p.given[0]}${any(['', '.', p.given.slice(1)])}${p.family}${chance(0.4) ? below(100) : ''}`;
    p.mail = p.mail.normalize('NFD').replace(/[^A-Za-z0-9.]/g, '').toLowerCase();
    const provider = any(['@gmail.com', '@example.org', '@mail.example', '@web.example']);
    while (!p.box && mailboxes.has(p.mail + provider)) p.mail += below(10); // nobody gets another's
    p.mail += provider;
    mailboxes.add(p.mail);
  }
  return people;
}

/* How a source tells of a person: abbreviated, changed, wrong, or not at all. */
function tell(c, person, noise) {
  const p = { ...person };
  if (chance(noise * 0.5)) p.home = home(c);
  if (p.sex === 'f' && !c.double && chance(noise * 0.3)) p.family = chance(0.4) ? `${p.family}-${surname_of(c)}` : surname_of(c);
  if (chance(noise)) p.line = c.phone();
  if (c.double && chance(0.3)) p.family = p.family.split(' ')[0];
  let given = p.given, surname = p.family, birth = [...p.birth];
  if (c.short?.[given] && chance(0.25)) given = c.short[given];
  if (c.spellings?.[given] && chance(0.4)) given = any(c.spellings[given]);
  if (chance(noise * 0.4)) given = given[0] + (chance(0.5) ? '.' : '');
  else if (chance(noise)) given = slip(given);
  if (chance(noise)) surname = slip(surname);
  if (chance(noise * 0.2)) [given, surname] = [scanned(given), scanned(surname)];
  if (chance(noise * 0.4)) [birth[1], birth[2]] = Number(birth[2]) <= 12 ? [birth[2], birth[1]] : birth.slice(1);
  else if (chance(noise * 0.4)) birth[2] = two(1 + below(28));
  if (chance(noise * 0.3)) [given, surname] = [surname, given];
  const street = chance(0.5) ? c.shorter(p.home.street) : p.home.street;
  const row = {
    given, family: surname, full: c.surnameFirst ? `${surname} ${given}` : `${given} ${surname}`,
    birth: birth.join('-'), year: String(birth[0]), street: c.line(chance(noise) ? slip(street) : street, p.home.number),
    city: chance(noise) ? slip(p.home.city) : p.home.city, postcode: p.home.postcode, phone: p.line, email: p.mail,
  };
  if (chance(0.3)) for (const k of ['given', 'family', 'full', 'street', 'city']) row[k] = (c.plain ?? ((s) => s.normalize('NFD').replace(/[̀-ͯ]/g, '').replaceAll('ł', 'l').replaceAll('đ', 'd').replaceAll('Đ', 'D').replaceAll('ı', 'i')))(row[k]);
  if (chance(0.15)) for (const k of ['given', 'family', 'full', 'street', 'city']) row[k] = row[k].toUpperCase();
  for (const k of ['birth', 'street', 'city', 'postcode', 'phone', 'email']) if (chance(noise)) row[k] = '';
  if (!row.street && !row.postcode) row.city = '';
  return row;
}

const forms = { DE: ['GmbH', 'AG', 'GmbH & Co. KG', 'e.K.'], FR: ['SARL', 'S.A.', 'SAS', 'S.A.R.L.'], ES: ['S.L.', 'S.A.', 'SL'], NL: ['B.V.', 'BV', 'N.V.'], US: ['Inc.', 'LLC', 'Corporation', 'Inc', 'Corp.'] };
const trades = { DE: 'Maschinenbau Logistik Bäckerei Elektrotechnik Immobilien Druckerei', FR: 'Transports Boulangerie Électricité Imprimerie Immobilier Conseil', ES: 'Transportes Panadería Construcciones Inmobiliaria Imprenta', NL: 'Bouw Transport Bakkerij Techniek Advies', US: 'Manufacturing Plumbing Consulting Logistics Bakery Holdings Technologies' };

function company(country) {
  const c = countries[country];
  const name = `${surname_of(c)} ${any(words(trades[country]))}`;
  const head = { name, home: home(c), line: c.phone(), country };
  return [head, ...(chance(0.25) ? [{ ...head, home: home(c), line: c.phone() }] : [])]; // a branch is a customer of its own
}

function tellCompany(it, noise) {
  const c = countries[it.country];
  let name = chance(noise) ? slip(it.name) : it.name;
  name = chance(0.8) ? `${name} ${any(forms[it.country])}` : name;
  if (it.country === 'US' && chance(0.2)) name = `The ${name}`;
  if (chance(0.2)) name = name.toUpperCase();
  const street = chance(0.5) ? c.shorter(it.home.street) : it.home.street;
  return {
    company: name, street: c.line(street, it.home.number), city: it.home.city, postcode: it.home.postcode,
    phone: chance(noise) ? '' : it.line, email: '',
  };
}

const sets = {
  de: { from: ['DE'], with: ['given', 'family', 'birth', 'street', 'city', 'postcode', 'phone', 'email'] },
  fr: { from: ['FR'], with: ['given', 'family', 'birth', 'street', 'city', 'postcode', 'phone', 'email'] },
  es: { from: ['ES'], with: ['given', 'family', 'birth', 'street', 'city', 'postcode', 'phone', 'email'] },
  nl_pl_tr: { from: ['NL', 'PL', 'TR'], with: ['given', 'family', 'birth', 'street', 'city', 'postcode', 'phone', 'email'] },
  asia: { from: ['VN', 'IN', 'JO'], with: ['full', 'birth', 'street', 'city', 'phone', 'email'] },
  us: { from: ['US'], with: ['full', 'birth', 'street', 'city', 'postcode', 'phone', 'email'] },
  voters: { from: ['US'], with: ['given', 'family', 'year', 'street', 'city', 'postcode'], noise: 0.05 },
  name_address: { from: ['DE', 'FR', 'US'], with: ['given', 'family', 'street', 'city', 'postcode'] },
  name_birth_city: { from: ['DE', 'PL', 'ES'], with: ['given', 'family', 'birth', 'city'] },
  name_phone: { from: ['US', 'NL', 'FR'], with: ['full', 'phone'] },
  noisy: { from: ['DE', 'US', 'FR'], with: ['given', 'family', 'birth', 'street', 'city', 'postcode', 'phone', 'email'], noise: 0.22, most: 6 },
  many: { from: ['US', 'DE'], with: ['given', 'family', 'birth', 'street', 'city', 'postcode', 'phone', 'email'], most: 40, groups: 0.05 },
  companies: { from: ['DE', 'FR', 'ES', 'NL', 'US'], with: ['company', 'street', 'city', 'postcode', 'phone'], companies: true },
};

const columns = ['given', 'family', 'full', 'company', 'birth', 'street', 'city', 'postcode', 'country', 'phone', 'email'];
const cell = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function make(set, records, seed) {
  mailboxes.clear();
  state = BigInt(seed) * 2654435761n + 12345n;
  for (let i = 0; i < 8; i++) random();
  const rows = [], truth = [];
  const noise = set.noise ?? 0.1;
  for (let entity = 0; rows.length < records; ) {
    const country = any(set.from), c = countries[country];
    const group = set.companies ? company(country) : family(c);
    for (const one of group) {
      entity++;
      let times = 1 + (chance(0.5) ? below(3) : 0);
      if (set.most && chance(set.groups ?? 1)) times = 1 + below(set.most);
      for (; times; times--) {
        const told = set.companies ? tellCompany(one, noise) : tell(c, one, noise);
        const full = { country };
        for (const k of set.with) full[k === 'year' ? 'birth' : k] = told[k];
        rows.push(full);
        truth.push(entity);
      }
    }
  }
  return { rows, truth };
}

const [folder, records = '4000', seed = '1'] = process.argv.slice(2);
for (const [name, set] of Object.entries(sets)) {
  const { rows, truth } = make(set, Number(records), seed);
  mkdirSync(`${folder}/${name}`, { recursive: true });
  const lines = rows.map((row, i) => [`r${i}`, ...columns.map((k) => cell(row[k] ?? ''))].join(','));
  writeFileSync(`${folder}/${name}/records.csv`, `id,${columns.join(',')}\n${lines.join('\n')}\n`);
  writeFileSync(`${folder}/${name}/truth.csv`, `id,entity\n${truth.map((e, i) => `r${i},e${e}`).join('\n')}\n`);
}
