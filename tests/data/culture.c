#include "tests/data/culture.h"

#include "hub/base/compiler.h"

#define PINYIN                                                                                  \
    "Wei Jun Ming Hui Xin Yan Jie Hao Yu Lei Tao Qiang Bin Jing Li Fang Na Ying Min Xia Ping "  \
    "Hong "                                                                                     \
    "Xiao Zhi Jia Yi Wen Chun Mei Lan Qing Rong Shan Xue Yun Zhen Bo Cheng Da De Dong Feng Fu " \
    "Gang "                                                                                     \
    "Guang Guo Han He Hua Jian Kai Kun Liang Lin Long Peng Qi Rui Sheng Shu Si Song Tian Wu "   \
    "Xiang Xu "                                                                                 \
    "Yang Yong Yuan Ze Zhong Zi An Chao Lu Ling Nan Ning Shi Ting Xuan Ya Yue"
#define VIET                                                                                    \
    "Minh Anh Thanh Hoang Quoc Duc Tuan Van Huu Ngoc Thuy Thu Kim Phuong Bao Gia Khanh Mai My " \
    "Bich "                                                                                     \
    "Hong Lan Dinh Cong Xuan Quang Trung Viet Nhat Hai"

const struct culture_row culture_rows[CULTURE_COUNT] = {
    [CULTURE_ENGLISH] =
        {610,
         "Smith Jones Williams Brown Wilson Taylor Johnson White Martin Anderson Thompson Thomas "
         "Walker "
         "Harris Lee Ryan Robinson Kelly King Davis Wright Evans Roberts Green Hall Wood Jackson "
         "Clarke "
         "Hughes Edwards Mitchell Campbell Scott Young Turner Hill Moore Clark Cooper Watson "
         "Morris Ward "
         "Phillips Lewis James Baker Parker Carter Bell Stewart Morgan Murphy Allen Davies Adams "
         "Cook "
         "Bailey Richardson Collins Murray Miller Shaw Gray Kennedy Simpson O'Brien Marshall "
         "Rogers Price "
         "Graham Robertson Cox Russell Reid Bennett Palmer Ross Mason Hunt Hamilton Fraser Mills "
         "Gibson "
         "Stevens Knight Webb Harvey Ellis Foster Butler Chapman Matthews Barnes Fisher Grant Ford "
         "Black "
         "West Pearce McDonald McKenzie Henderson Sullivan Burns Hart Jenkins Payne Holmes Day "
         "Rose Powell "
         "Dixon Ferguson Lane Walsh Perry Hudson Doyle Francis Reynolds Arnold Dean Wells Cole "
         "Spencer Lynch "
         "Stone Atkinson Armstrong Hayes Byrne Barrett Lawrence Duncan Warren Nicholls Elliott "
         "Crawford "
         "Johnston Andrews Fletcher Carroll Gordon Dunn Porter Hawkins Kerr Saunders Burke Bradley "
         "Griffiths "
         "Bishop Barker Fox Gardner Harrison Lloyd Coleman Cameron Tucker Nelson McCarthy O'Connor "
         "Boyd Cunningham "
         "O'Neill Blake Douglas Quinn Gill Hunter Nolan Sharp Owen Carr Newman Rowe Dawson Bird "
         "Freeman Parsons "
         "Morrison Wallace Curtis Hogan Davidson McLean Willis Howard Long Pratt Todd Bryant Field "
         "Bruce Goodwin "
         "Farrell Goddard Hodges Jarvis Lamb Leonard Little Lowe Marsh Maxwell Moss Neal Norris "
         "Osborne Peters "
         "Poole Potter Pritchard Sinclair Skinner Slater Stephens Swan Thornton Tyler Vaughan "
         "Waters Watts "
         "Whitehead Woods Yates Bates Bond Booth Bowen Brady Briggs Buckley Bull Cross Crowe Daly "
         "Drew Finch "
         "Fleming Flynn Forbes Frost Fuller George Gilbert Hancock Harding Hardy Hicks Higgins "
         "Holland Hopkins "
         "Howe Humphries Jennings Jordan Joyce Kay Keating Keller Kemp Kent Kirk Lambert Law",
         "John David Michael Peter Robert Paul James Andrew Mark William Christopher Daniel "
         "Matthew "
         "Stephen Anthony Thomas Richard Ian Joshua Jack Benjamin Luke Adam Nicholas Samuel Ryan "
         "Kevin "
         "Brian Geoffrey Gregory Timothy Jason Scott Craig Simon Alexander Graham Raymond Ronald "
         "Kenneth "
         "George Bruce Patrick Steven Jonathan Aaron Nathan Joseph Edward Shane Wayne Barry Gary "
         "Philip "
         "Allan Neil Trevor Ross Colin Douglas Keith Charles Jacob Liam Lachlan Oliver Noah Ethan "
         "Cooper "
         "Harrison Lucas Henry Max Oscar Archie Hugo Jesse Dylan Jordan Tyler Zachary Cameron "
         "Mitchell "
         "Brendan Damien Dean Glenn Darren Brett Justin Troy Rodney Leslie Russell Gordon Frank "
         "Francis "
         "Malcolm Norman Stuart Warren Terence Vincent Lawrence Martin Leonard Albert Alfred "
         "Arthur Harold "
         "Frederick Walter Ernest Stanley Desmond Angus Blake Bradley Connor Caleb Callum Darcy "
         "Declan "
         "Elijah Evan Finn Flynn Gavin Hamish Harry Isaac Jared Jeremy Joel Julian Kieran Kyle Leo "
         "Levi Logan "
         "Marcus Mason Nigel Owen Reece Riley Roger Sean Sebastian Spencer Toby Travis Tristan "
         "Xavier Jon",
         "Margaret Jennifer Susan Elizabeth Michelle Karen Helen Patricia Christine Sarah Julie "
         "Jessica "
         "Rebecca Emily Nicole Amanda Catherine Anne Kathleen Judith Robyn Deborah Sandra Linda "
         "Emma Lisa "
         "Barbara Mary Kerry Jane Rachel Melissa Lauren Kate Samantha Stephanie Danielle Olivia "
         "Charlotte "
         "Chloe Grace Hannah Georgia Sophie Isabella Amelia Mia Ava Ruby Lily Lucy Ella Zoe Alice "
         "Evelyn "
         "Victoria Alexandra Natalie Natasha Kimberley Vanessa Kylie Tracey Sharon Wendy "
         "Jacqueline Pamela "
         "Heather Lynette Dorothy Joan Joyce Betty Shirley Beverley Valerie Maureen Gloria Marie "
         "Diane "
         "Carol Cheryl Rosemary Suzanne Annette Janet Janice Jill Fiona Belinda Angela Megan Erin "
         "Leanne Sally "
         "Tanya Tina Tamara Teresa Amy Anna Andrea Bridget Brooke Caitlin Carolyn Claire Courtney "
         "Dianne Donna "
         "Eleanor Eliza Ellen Erica Felicity Frances Gabrielle Gail Gemma Gillian Glenda Hayley "
         "Holly Imogen "
         "Irene Jacinta Jasmine Jean Joanna Joanne Josephine Kathryn Katherine Kayla Kelly Kirsten "
         "Laura Leah "
         "Lorraine Louise Madeleine Maria Marilyn Matilda Maya Molly Monica Naomi Nancy Noelene "
         "Paige Penelope "
         "Phoebe Poppy Rhonda Rosa Ruth Scarlett Sheila Sienna Skye Tara Taylah Vicki Willow "
         "Yvonne Marion",
         {"Ash Black Brad Brook Burn Cart Chat Clay Cliff Cran Cross Dal Darn Dun East Eld Fair "
          "Farn Fen Fox "
          "Gold Grant Green Hal Ham Hard Hart Haw Hazel High Hill Hol Horn Hunt Hux Kel Ken Kings "
          "Lang Law Lin "
          "Lock Long Mar Mead Mel Mid Mill Mor Nor North Nut Oak Old Os Pem Pen Pick Pol Prest Rad "
          "Raven Red "
          "Rook Rose Rush Rut Sand Sax Shel Sher Ship Silver Somer South Stan Stock Strat Sut Swan "
          "Tam Thorn "
          "Tre Tun Under Wake Wal War Wat Way Wel West Whit Wick Wil Win Wood Worm Wy Yar York Mc "
          "Mac O' Fitz "
          "Ab Al Bar Bec Ben Bick Bos Bran Cal Car Col Cor Dan Den Dray Ever Ful Gar Gil Glad Har "
          "Hep Hin",
          "- - - - ing er en el s ber les man der",
          "ton ley ford wood worth well field bury by ham more land stone house brook dale den man "
          "er son "
          "croft ridge gate head combe stead wick low burn cliffe cott cote sley shaw wright "
          "bridge ers kin "
          "lock mere mond ner ning nall ney lan rell ry royd sey some thorpe tree wade way win "
          "yard",
          "", 17000},
         {"Ja Ka Bra Ay Jay Hay Ra Za Ty Ca Da De Ke Tre Dar Mar Bren Kin Lan Ash Bry Cor Dray El "
          "Grey Hud "
          "Jax Kal Len Mal Nash Quin Ren Sul Tal Wes Zan Al Ber Ed Her Os Wil",
          "- - - de l r n",
          "den lan son ton win bert fred mond ric don well ley ron vin ce ren ven lon dy "
          "nard bin gan man rick ward ston ter der lin mon",
          "", 3500},
         {"A Be Ca Da E Fa Ga Ha I Ja Ka La Ma Na O Pa Ra Sa Ta Va Wi Za Bri Cha Cla Eli Emi Gwen "
          "Hei Jo "
          "Kay Le Li Lo Ma Mi Re Ro She Sha Te Vi",
          "- - l r n d m",
          "lyn leigh ette ina elle anne lia rie na sha belle ra tha lene dra nia dine ly issa ice "
          "ann eth ina "
          "wyn mary della ria vra tta",
          "", 3500}},
    [CULTURE_GERMAN] =
        {40,
         "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch "
         "Bauer "
         "Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann "
         "Lange "
         "Schmitt Werner Krause Lehmann Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs "
         "Peters Lang",
         "Hans Peter Klaus Wolfgang Jürgen Michael Thomas Andreas Stefan Uwe Frank Dieter Manfred "
         "Günter "
         "Horst Bernd Karl Helmut Heinz Werner Rolf Matthias Markus Jens Sven Lukas Felix Jonas "
         "Tobias Dirk",
         "Ursula Monika Petra Sabine Renate Helga Karin Brigitte Ingrid Erika Andrea Gisela "
         "Claudia Susanne "
         "Gabriele Christa Birgit Heike Martina Anja Katrin Silke Nicole Ilse Hannelore Lena Greta "
         "Heidi",
         {"Alt Arn Bach Berg Birk Blum Brand Breit Buch Burg Dorn Eber Eich Eisen Engel Erl Feld "
          "Fried Gold "
          "Grün Haber Hag Hein Herz Hirsch Holz Horn Kalt Kappel Kirch Klee Kohl Korn Kreuz Lang "
          "Lind Loh "
          "Lust Mand Mohr Nagel Neu Ober Öst Pfeif Reich Rein Ried Rosen Roth Sand Schön Seid Sieg "
          "Sommer Stein "
          "Stern Stoll Tann Thal Unter Voll Wald Weid Weiss Wein Wiesen Wild Winter Zell",
          "- - - en er el ing",
          "mann er berger bach hauser stein feld hofer meier ler inger huber bauer baum thal holz "
          "ner schmidt "
          "müller beck mayr ger wein au",
          "", 4500},
         {"Adal Bern Diet Eck Ed Egon Ern Ger Gott Hart Hein Her Kon Lam Lein Leo Lud Mein Nor Ort "
          "Rein Rup "
          "Sieg Ul Wald Wer Wil Win",
          "- - - o e", "hard mann rich win fried bert mar wig olf ram ald helm old mut", "", 500},
         {"Adel Am Ann Bri Diet Edel Elf El Frie Ger Gis Hed Hel Her Hil Ing Irm Kat Lie Lot Mag "
          "Mar Ros Sig "
          "Sol Ther Trau Wal Wil",
          "- - e i",
          "heid lise gard traud linde hild gunde burga rike gitta lore te ke "
          "run rud wiga mina",
          "", 500}},
    [CULTURE_ITALIAN] = {48,
                         "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco "
                         "Bruno Gallo Conti Costa Giordano "
                         "Mancini Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi "
                         "Caruso Ferrara Galli Martini "
                         "Leone Longo Gentile Martinelli Vitale Lombardo Serra Coppola Parisi "
                         "Villa Conte Ferraro Bellini Basile",
                         "Giuseppe Antonio Giovanni Francesco Mario Luigi Angelo Vincenzo Pietro "
                         "Salvatore Carlo Franco Domenico "
                         "Bruno Paolo Michele Giorgio Aldo Sergio Luciano Marco Andrea Alessandro "
                         "Matteo Luca Davide Roberto Stefano",
                         "Maria Anna Giuseppina Rosa Angela Giovanna Teresa Lucia Carmela Caterina "
                         "Francesca Antonietta Concetta "
                         "Elena Rita Laura Paola Silvia Chiara Giulia Sara Martina Valentina "
                         "Alessia Federica Marianna Bianca",
                         {"Al And Bald Bar Bas Batt Bel Bern Bert Bon Bosc Brun Cal Camp Can Capp "
                          "Car Casal Castel Cat Cav Cecch "
                          "Ces Col Cort Crist Dal Dam Don Fab Fal Far Fer Fil Fior Fort Franc Gal "
                          "Garb Gat Ger Ghin Giac Gian Gior "
                          "Giul Grand Gual Guid Lan Laz Leon Lor Luc Mag Mal Manc Mar Mas Mazz Mel "
                          "Mer Mich Mont Mor Nap Nic Ott "
                          "Pag Pal Pan Past Pell Per Pet Piaz Pis Pol Pugl Ran Rav Ron Ros Sab Sal "
                          "Sant Sar Scar Ser Spin Tar Test "
                          "Tom Tor Trev Urb Val Ven Ver Vign Vit Zan Zuc",
                          "- - - - on in er at ol",
                          "elli ini etti ucci one aro ese asi ani oni otto azzo esi acci illo ato "
                          "era ari iani ella occhi igno "
                          "ante ucco",
                          "", 6000},
                         {"Ad Alb Am Arm Att Ben Cam Cor Dan Dar Em Enr Er Fab Fed Ful Gas Ger "
                          "Giac Giul Gug Iv Laz Leon Liv Lor "
                          "Mass Maur Nic Or Ott Raf Ren Ric Rom Sab Sand Sil Tit Ugo Val Vitt",
                          "- - - i", "o ino aldo one elio ardo ello ando enzo iero esto ico erto",
                          "", 500},
                         {"Ad Alb Am Arm Aur Ben Cam Cor Dan Don El Em Er Fab Flor Gab Giac Gin "
                          "Giul Graz Ir Iv Leon Lil Lor Luc "
                          "Mar Mir Nic Or Pat Ren Ros Sab Sand Serg Ter Val Viol Viv",
                          "- - - i", "a ina alda ella elia etta anda enza iana essa ica erta", "",
                          500}},
    [CULTURE_SLAVIC] =
        {56,
         "Novak Jovanovic Petrovic Nikolic Ivanov Kowalski Nowak Horvat Markovic Djordjevic "
         "Stojanovic Ilic "
         "Stankovic Pavlovic Milosevic Wisniewski Wojcik Kovac Babic Maric Popovic Ivanovic Petrov "
         "Smirnov "
         "Kuznetsov Popov Sokolov Lebedev Kozlov Kaminski Lewandowski Zielinski Shevchenko "
         "Kovalenko Bondarenko",
         "Ivan Nikola Marko Milan Aleksandar Dragan Zoran Goran Petar Stefan Josip Ante Tomislav "
         "Vladimir Sergei "
         "Dmitri Andrei Alexei Mikhail Piotr Andrzej Krzysztof Jan Stanislaw Tomasz Pawel Marek "
         "Jozef Zdenko Igor",
         "Ana Marija Ivana Jelena Milica Dragana Snezana Vesna Ljiljana Mira Katarina Natasa Olga "
         "Elena Tatiana "
         "Irina Svetlana Anna Ekaterina Agnieszka Malgorzata Katarzyna Ewa Barbara Krystyna Zofia "
         "Danuta Jasna Nada",
         {"Adam Aleks Andr Ant Bar Bej Bog Bol Bor Bran Bud Chern Dab Dan Dav Dim Dob Drag Dud Fed "
          "Filip Gav Glad "
          "Glog Gol Gorb Grab Greg Grig Gus Hor Ign Jab Jak Jan Jas Jer Kal Kar Kas Kir Klim Kol "
          "Kond Kop Kor Kos "
          "Krav Kul Kur Laz Les Luk Mak Mal Mar Mat Maz Mel Mih Mil Mir Mis Naz Nest Nik Obr Ost "
          "Pan Pas Pav Pet "
          "Pil Plot Pod Pol Rad Raj Rak Rom Rud Sav Sem Sim Slav Sob Stan Step Stoj Tar Tim Tom "
          "Trof Vas Ves Vlad "
          "Vor Vuk Yak Zah Zel Zub",
          "- - - - il ich an ol ar en",
          "ov ovic enko ski sky uk ak ovski owski ev in ic ek ik ewicz chuk nik ka sic enkov owicz",
          "", 6500},
         {"Bog Bor Bran Brat Dob Drag Jar Lub Mil Mir Mstis Nen Rad Rat Slav Slob Stan Sve Tih Vuk "
          "Vlad Vrat Zdrav "
          "Zlat Zor",
          "- o i", "dan mir slav islav ko an imir oje ica en oljub omir usz", "", 600},
         {"Bog Bor Bran Cved Dan Dob Drag Dus Gord Jad Jas Jar Lid Lub Mil Mir Nev Rad Ruz San "
          "Slav Stan Sve Tij "
          "Ver Zor Zlat",
          "- o i", "dana mira slava ka ena ica inka ana ila ija omira usia", "", 600}},
    [CULTURE_GREEK] =
        {28,
         "Papadopoulos Georgiou Pappas Nikolaou Dimitriou Vlahos Karagiannis Antoniou Ioannou "
         "Papas Makris "
         "Konstantinou Economou Christou Pantelidis Stavrou Katsaros Panagopoulos Angelopoulos "
         "Kyriakou Andreou",
         "George Dimitrios Nick Con Peter John Theo Spiro Stavros Panagiotis Christos Michael "
         "Vasilios Steve "
         "Angelo Harry Arthur Evangelos Anastasios Athanasios Emmanuel Kyriakos Leonidas Costas "
         "Tom",
         "Maria Helen Georgia Sophia Katerina Vicki Dimitra Anna Despina Stavroula Christina "
         "Angeliki Panagiota "
         "Vasiliki Toula Effie Irene Anastasia Konstantina Evangelia Fotini Penelope Voula Athena",
         {"Alex Anag Anast Andr Angel Anton Apost Arg Athan Christ Dem Diam Dim Efst Evang Ger "
          "Grig Hatz Ioann Kal "
          "Kara Kat Kon Kost Kouts Kyr Lamb Laz Loui Mantz Mar Mav Mich Nik Pan Papa Pav Pet Sam "
          "Sav Sot Spyr Stam "
          "Stef Ter Theod Thom Trian Tsak Vas Xen Zaf Zis",
          "- - - an al on ar at it",
          "opoulos idis akis ou as iadis atos elis oglou akos ellis ianos eas is", "", 2500},
         {"Agis Alk Ana Apo Ari Ath Dam Dio Efs Epam Fil Her Kle Lam Leo Men Mil Nek Ode Ori Pav "
          "Per Pro Soc Tel The "
          "Xen Zaf",
          "- - o", "tos nas mos kles nos ris tios phon nidas ios des las", "", 350},
         {"Agl Alex An Ant Arg Art Asp Chrys Daf Eft El Er Eur Fil Gar Ism Kal Kleo Kor Lam Mel "
          "Myr Ol Par Pol Rhe "
          "Stam Thal Xen Zo",
          "- - i", "a ia i ina oula ianna ani essa ope ena iki", "", 350}},
    [CULTURE_VIETNAMESE] = {42,
                            "Nguyen Tran Le Pham Huynh Hoang Phan Vu Vo Dang Bui Do Ho Ngo Duong "
                            "Ly Dao Dinh Truong Lam Trinh Mai "
                            "Luong Ha Cao Chau Ta Thai To Quach Luu Tong La Kieu Nghiem Phung "
                            "Thach Tieu Trieu Uong Vuong Doan",
                            "Minh Hung Tuan Dung Long Hai Thanh Nam Hoang Duc Son Cuong Tam Phuc "
                            "Khanh Bao Khoa Quang Vinh Dat An "
                            "Binh Hieu Kiet Lam Loc Nghia Phong Quan Tai Thang Tien Toan Tri Trung "
                            "Tung Viet David Kevin Andrew",
                            "Lan Huong Mai Linh Thuy Hoa Hanh Nga Phuong Trang Ngoc Anh Thao Van "
                            "Yen Kim Tuyet Dung Ha Hong Loan Ly "
                            "My Nhung Oanh Quynh Thu Tram Uyen Vy Xuan Jenny Tina Vivian",
                            {VIET, "-", "-", "", 42},
                            {VIET, "-",
                             "Minh Hung Tuan Dung Long Hai Thanh Nam Duc Son Cuong Tam Phuc Bao "
                             "Khoa Quang Vinh Dat Kiet Tri",
                             " ", 500},
                            {VIET, "-",
                             "Lan Huong Mai Linh Thuy Hoa Hanh Nga Phuong Trang Ngoc Anh Thao Yen "
                             "Tuyet Dung Ha Loan Vy My",
                             " ", 500}},
    [CULTURE_INDIAN] = {72,
                        "Singh Patel Kumar Sharma Kaur Khan Gupta Shah Reddy Verma Mehta Rao Joshi "
                        "Nair Desai Iyer Chopra Das "
                        "Gill Malhotra Kapoor Agarwal Bhatt Thomas Menon Fernando Perera Silva "
                        "Jain Mishra Pillai Naidu Dhillon "
                        "Sandhu Sidhu Grewal Chauhan Yadav Pandey Roy Ghosh Mukherjee Banerjee "
                        "Chatterjee Bose Sen Trivedi",
                        "Rahul Amit Sanjay Rajesh Vijay Sunil Anil Ravi Ajay Suresh Ramesh Vikram "
                        "Arjun Rohit Deepak Manoj Ashok "
                        "Harpreet Gurpreet Jaspreet Manpreet Karan Nikhil Akash Aditya Arun Ganesh "
                        "Krishna Prakash Dinesh Mohammed",
                        "Priya Anjali Pooja Neha Sunita Kavita Deepa Anita Meena Lakshmi Divya "
                        "Shreya Nisha Rekha Simran Harpreet "
                        "Navneet Ritu Swati Asha Geeta Radha Sita Usha Vidya Preeti Sangeeta Aarti "
                        "Jyoti Kiran Manisha Rani",
                        {"Aga Amar Anand Ar Bal Bansi Bhag Bhar Bhatt Chand Chakra Chau Dal Dev "
                         "Dhan Dharma Gan Gaj Gop Gov Har "
                         "Indra Jag Jay Kal Kam Kan Kar Kesh Kri Kul Lal Laksh Mad Maha Man Mani "
                         "Moh Muk Nag Nand Nara Nir Pad Pan "
                         "Par Prab Prem Pur Rag Raj Ram Ran Rat Sagar San Sar Sat Shan Shiv Som "
                         "Sri Sub Sun Tri Uma Vas Ven Vij Vis "
                         "Wij Yog",
                         "- - a e i ap ak",
                         "an appa ani kar wala kumar murthy nathan nayak pal prasad raj rajan "
                         "raman sekhar singhe swamy tara thala "
                         "war wardene yar ya dhar chand aram esh inder lingam want deep gar mani",
                         "", 5000},
                        {"A Abhi Ana Ar Ba Bha Cha De Dha Ga Gaga Hari Ina In Ja Kal Kam La Ma "
                         "Maha Man Na Nava Ni Pra Pu Ra Ranj "
                         "Sa San Sha Su Ta Tej U Va Vi Ya",
                         "- - a i r n",
                         "nav deep inder esh jit raj vin ksh mohan nesh tosh pal rup "
                         "van ya dev yan sh preet bir",
                         "", 2000},
                        {"A Abhi Ana Ar Ba Bha Cha De Dha Ga Gaga Ha Ina In Ja Kal Kam La Ma Madhu "
                         "Man Na Nava Ni Pra Pu Ra Ranj "
                         "Sa San Sha Su Ta Tej U Va Vi Ya",
                         "- - a i r n",
                         "ya deep ita ika ali anti preet vi mala shree na lata kshi "
                         "jana sha ni thi rani jot leen",
                         "", 2000}},
    [CULTURE_ARABIC] =
        {44,
         "Ali Ahmed Khoury Haddad Hassan Mohamed Nasser Saad Abbas Khalil Ibrahim Hussein Mansour "
         "Yousef Saleh "
         "Najjar Sayegh Daher Karam Moussa Tannous Elias Rahman Hamdan Awad Jaber Farah Aziz Salim "
         "Bazzi Hijazi",
         "Mohammed Ahmad Ali Hassan Hussein Omar Ibrahim Khaled Youssef Mustafa Mahmoud Bilal "
         "Hamza Tarek Sami "
         "Karim Walid Nabil Joseph George Elie Tony Charbel Abdul Rami Ziad Fadi Jamal Samir Adnan",
         "Fatima Aisha Mariam Zainab Noor Layla Amal Hana Samira Nadia Rania Yasmin Salma Huda "
         "Lina Dalia Rima "
         "Mona Iman Hala Zeinab Khadija Amina Sarah Nour Jamila Nawal Souad Ghada Suha",
         {"Abd Abou Ab Al El Azz Bash Bit Chah Daw Fad Fakh Gha Had Hal Ham Har Hash Idr Jab Jal "
          "Jar Kan Kar Kas "
          "Khat Khay Maj Mal Mar Mas Mou Naj Nas Naw Qas Rab Rah Ram Rash Rif Saf Sal Sam Shar Sul "
          "Tah Taw Wah Yaz "
          "Zah Zay",
          "- - a i ou",
          "an er im ir oun oud allah ani awi eddine een ef em i ib id iya ouri oub our mi "
          "di bi ri ha ra",
          "", 2500},
         {"Abd Adn Am An As Ay Bad Bas Daw Fah Far Fay Gha Had Ham Har Has Id Im Is Jab Jaw Kam "
          "Khal Lou Maj Man Mar "
          "Mou Naj Nas Naz Qas Raf Rash Sab Saf Sal Sul Tal Tam Was Yas Zak Zay",
          "- - a", "im an ir er id ed if am al oun ad is ar oud", "", 700},
         {"Ab Ad Am An As Ay Bas Daw Fad Far Fay Gha Had Ham Han Is Jam Jaw Kam Khal Lam Maj Man "
          "Mar Mun Naj Nas "
          "Naz Raf Rash Sab Saf Sal Sam Sul Tal Tam Wid Yas Zah Zay",
          "- - a",
          "ima ana ira ida iya eh een a ila isa "
          "ina iah ouba ara",
          "", 700}},
    [CULTURE_CHINESE] =
        {60,
         "Wang Li Zhang Chen Liu Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng "
         "Liang Xie Tang "
         "Chan Wong Lee Cheung Lam Ng Ho Chow Leung Kwok Yeung Tan Lim Chua Goh Ong Song Deng Han "
         "Feng Cao Peng "
         "Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei Su Lu Ding Ren Shen Yao Cui "
         "Zhong Fan Fang Shi",
         "Wei Jun Ming Hao Jie Lei Tao Qiang Bin Peng Kevin Jason Eric Jack Tony Daniel Andy "
         "Raymond Vincent Henry",
         "Jing Li Fang Na Ying Min Xia Hong Yan Mei Jenny Amy Cindy Grace Vivian Joyce Michelle "
         "Angela Lily Helen",
         {"B Ch D F G H J K L M N P Q R S Sh T W X Y Z Zh", "-",
          "ai an ang ao ei en eng i ian iao in ing ong ou u uan "
          "ui un uo a",
          "", 330},
         {PINYIN, "-",
          "wei jun ming hao jie lei tao qiang bin peng long feng jian hua guo yu yang dong cheng "
          "kai",
          "", 1500},
         {PINYIN, "-",
          "jing li fang na ying min xia hong yan mei xue ling hui juan qin fen yu xin yi ting", "",
          1500}},
};

const char *const nickname_rows[] = {
    "William Bill Will Billy",
    "Robert Rob Bob Bobby",
    "Richard Rick Dick Richie",
    "James Jim Jamie Jimmy",
    "John Jack Johnny",
    "Michael Mike Mick Mickey",
    "David Dave Davey",
    "Peter Pete",
    "Christopher Chris Topher",
    "Daniel Dan Danny",
    "Matthew Matt Matty",
    "Stephen Steve",
    "Steven Steve",
    "Anthony Tony Ant",
    "Thomas Tom Tommy",
    "Andrew Andy Drew",
    "Joshua Josh",
    "Benjamin Ben Benny",
    "Nicholas Nick Nicky",
    "Samuel Sam Sammy",
    "Geoffrey Geoff",
    "Gregory Greg",
    "Timothy Tim",
    "Alexander Alex Sandy Xander",
    "Raymond Ray",
    "Ronald Ron",
    "Kenneth Ken Kenny",
    "Patrick Pat Paddy",
    "Jonathan Jon Jonno",
    "Nathan Nate",
    "Joseph Joe Joey",
    "Edward Ed Ted Eddie Ned",
    "Philip Phil",
    "Charles Charlie Chuck Chas",
    "Jacob Jake",
    "Lachlan Lachie",
    "Oliver Ollie",
    "Henry Harry Hank",
    "Zachary Zac Zach",
    "Leonard Len Lenny",
    "Albert Bert Al",
    "Alfred Alf Fred",
    "Frederick Fred Freddie",
    "Walter Wally Walt",
    "Lawrence Larry Laurie",
    "Terence Terry",
    "Vincent Vince Vinnie",
    "Francis Frank",
    "Leslie Les",
    "Desmond Des",
    "Stanley Stan",
    "Mitchell Mitch",
    "Cameron Cam",
    "Bradley Brad",
    "Harold Harry Hal",
    "Isaac Ike",
    "Margaret Maggie Peggy Meg Marg",
    "Jennifer Jen Jenny",
    "Susan Sue Susie",
    "Elizabeth Liz Beth Betty Lizzie Libby",
    "Michelle Shelly Chelle",
    "Patricia Pat Trish Patty Tricia",
    "Christine Chris Chrissy Tina",
    "Jessica Jess Jessie",
    "Rebecca Bec Becky",
    "Emily Em Millie",
    "Nicole Nikki Nic",
    "Amanda Mandy",
    "Catherine Cathy Kate Cath",
    "Kathleen Kath Kathy",
    "Judith Judy Jude",
    "Deborah Deb Debbie",
    "Sandra Sandy",
    "Barbara Barb Babs",
    "Mary Molly Polly",
    "Samantha Sam Sammie",
    "Stephanie Steph",
    "Danielle Dani",
    "Charlotte Charlie Lottie",
    "Isabella Bella Izzy",
    "Amelia Millie Amy",
    "Victoria Vicky Tori",
    "Alexandra Alex Sandra Lexi",
    "Natalie Nat",
    "Natasha Tash",
    "Kimberley Kim",
    "Jacqueline Jackie Jacqui",
    "Pamela Pam",
    "Lynette Lyn",
    "Dorothy Dot Dolly",
    "Beverley Bev",
    "Valerie Val",
    "Suzanne Sue Suzie",
    "Angela Angie",
    "Belinda Bel Lindy",
    "Teresa Terri Tess",
    "Eleanor Ellie Nell Nora",
    "Gabrielle Gabby",
    "Josephine Jo Josie",
    "Joanne Jo",
    "Joanna Jo",
    "Katherine Kathy Kate Kat",
    "Kathryn Kathy Kate",
    "Madeleine Maddie",
    "Matilda Tilly",
    "Penelope Penny",
    "Frances Fran",
    "Rosemary Rose Rosie",
    "Giuseppe Joe Pino",
    "Giovanni John Gianni",
    "Francesco Frank Franco",
    "Vincenzo Vince",
    "Salvatore Sal Sam",
    "Dimitrios Jim Dimitri",
    "Panagiotis Peter",
    "Vasilios Bill",
    "Evangelos Angelo",
    "Konstantina Dina",
    "Vasiliki Vicki",
    "Aleksandar Alex",
    "Nikola Nick",
    "Mohammed Mo",
    "Ahmad Ed",
    "Youssef Joe",
    "Gurpreet Garry",
    "Harpreet Harry",
    "Rajesh Raj",
    "Wolfgang Wolf",
    "Matthias Matt",
};
const size_t nickname_count = COUNT_OF(nickname_rows);
