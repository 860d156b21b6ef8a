"""The commonest function words of each language that is told apart by its words, the commonest first.

Chosen on Debian's handbook, GNOME's help and the messages of some of its programs (those that `benchmarks/languages.py` tests on
left out): ordered by the geometric mean of their shares in these sources, so that a noun of one of them does not come in; words
that are common in English documentation, too, only where they are function words; single letters likewise.
"""

from __future__ import annotations

FUNCTION_WORDS: dict[str, str] = {
    "en": """the to of is and in for be that this if or are it by not on as with you can will an from file when use which have
        used files all see may at also using name one only but any other should example new set has more default your
        these list so some do no they there same each information data must command such then system than into type time
        was number directory need its value change user section does like make them version current option up following
        been create first where changes format configuration without different how their line two instead after before
        about names available would""",
    "de": """die der sie werden nicht in und das ist von wird für den zu ein eine auf des oder mit um diese im es dem wenn kann
        können als sind einen anzeigen nach an zum dass datei einer verwendet keine beim angezeigt falls ob alle wurde aus
        soll dateien konnte wählen dieses nur dieser einem durch zur verwenden haben sich über wie bei fehler löschen
        ordner dies fest diesem sein liste eines automatisch mehr anderen ändern bitte öffnen informationen kein gefunden
        legt geben versuchen hat bereits klicken enthält noch sicher wollen einstellungen geöffnet anwendung ihren einige
        auch muss möglich namen ihre enthalten inhalt benutzer er ihr fenster neue neuen möchten""",
    "fr": """de la le les des pour du un est et en dans pas une vous ou par ne sur être que si ce fichiers fichier cette sont
        afficher avec liste au plus peut nom il lors qui comme été vers défaut utiliser votre doit se indique recherche
        supprimer peuvent pouvez tous barre vue fenêtre dossier aux d’un système automatiquement erreur n’est nouveau
        nombre sera paramètres sélectionné cet contenu charge informations même autre créer données ligne utilisé jour
        actuellement son d’une passe déjà après avant éléments utilisée mais définir bouton sélectionnez texte noms
        couleur quand autres veuillez contient niveau mot toutes partir sans lorsque mise aucune nouvelle serveur panneau
        sous aucun""",
    "es": """de la el se en no para que los del un una y las al si puede con es está esta este por su como archivo cuando
        mostrar nombre debe lista archivos usar ha más tiene quiere vista información cambiar configuración usuario sólo
        esto barra carpeta pueden sobre ventana eliminar abrir seleccionar hay desde sistema ser tipo todos
        automáticamente ya seleccionado indica menú pulse tiempo sus número nuevo crear están acción datos estado
        aplicación entre son pudo todas entrada obtener dirección nueva lo botón búsqueda elemento han qué contiene
        versión buscar cambios existe seguro antes después establecer nombres modo espacio texto pantalla opción ver línea
        formato contenido carpetas lugar parte""",
    "pt": """de o a para não do um que e se em uma ou da as os com ser no ao pode na por como você está quando foi lista nome
        esta este possível são tem mais deve seu arquivo dos ficheiros ficheiro mostrar arquivos à padrão deseja será
        barra apenas podem das tipo sobre automaticamente usar todos abrir erro pasta sistema sem mesmo pelo número criar
        tamanho serão estiver texto já dados espaço conteúdo tempo clique área entre obter sua usuário janela qual nomes
        informações informação todas botão configuração selecione alterar seus executar configurações após ter remover
        atual isso mas nova modo estar antes ação utilizador selecionar nenhum estão entrada""",
    "it": """di il la per è non un i in e del le a se una da che si essere dei con questo come nel della sono questa quando
        delle su nella può lo usare nome alla più gli impossibile al stato possibile cui informazioni viene mostra solo
        barra ricerca selezionato mostrare dal errore finestra cartella tutti posizione spazio modo sul numero deve indica
        sulla degli automaticamente verrà tipo ha prima vengono vista clic aprire dopo contenuto predefinito possono
        dimensione altri elenco contiene impostazioni colore eseguire ma testo dalla dello selezionare tra parte pulsante
        modifica tempo sistema già sia rete nuova formato usato nomi tutte potrebbe verranno nuovo cartelle necessario
        fare""",
    "nl": """de het van een in te is niet worden voor en op met om wordt deze als kan zijn naar dit er dat die geen bij aan
        door moet gebruikt heeft zal wanneer bestand uw uit bestanden verwijderen kunt kunnen alle wilt gebruiken andere
        maken naam nieuwe tonen meer geselecteerde over lijst indien automatisch gebruik dan kon alleen informatie
        standaard wijzigen openen fout volgende zullen tot huidige maar plaats ingeschakeld inhoud al kies toe getoond nog
        ze staat ook welke bevat mislukt actie aanmaken moeten instellingen opnieuw gebruiker boven verwijderd omdat
        tussen geeft toepassing tekst mogelijk probeer ingesteld hoe één hebben zoeken bestaat wachtwoord zich mappen af
        momenteel weet gaan""",
    "sv": """att för som en i på inte är av och till du den kan med ett om eller det kommer har detta ska när denna från visa
        de visas bort vara använda ta vill efter vid alla din välj här andra finns automatiskt används hur ändra fel
        användas måste filer skapa genom kunde ange över ditt så öppna innehåller använd då klicka nya endast upp
        inställningar bör huruvida se men namn ut tid mellan dessa dess lista tecken misslyckades programmet dig listan
        dem ingen fil skriva igen inga valda göra filen redan följande aktivera varje hitta starta tryck innan lägga få än
        tillgängliga alternativ användaren ha inget vissa närvarande namnet""",
    "da": """for at til i er af en ikke og på den som der du kan eller med et skal vil det om hvis ved fra når de har kunne
        alle være denne blive bruges vises vis brug vælg kun efter dette automatisk valgte din så bruge andre tegn mellem
        fejl filer se ændre nye indeholder dit blevet programmer navn flere nuværende ingen bruger vise indstillinger
        stedet vælge klik hvor finde anden hvordan fil findes blev venstre programmet nogle dig bør nogen men følgende
        allerede samme mere åbne tilgængelige listen dine oprette fundet viser skift dem sikker få højre tekst bliver
        navnet ud uden hvilke også liste siden filen prøv skærmen""",
    "nb": """for som er i ikke en av å på til du vil skal denne og med om kan eller hvis den dette et klarte når har at det fra
        ved vises vis inn bli ingen feil brukes alle etter være valgt de bruk valgte automatisk navn versjon informasjon
        ble opp velg liste må satt bruke blir mellom før noen fordi nye visning endringer allerede endre inneholder
        ugyldig se flere funnet andre kunne ut sikker disse programmet åpne fil tilgjengelig kun slette hvor slå skriv
        hente filer eksisterer skrive velge handlingen finne søk tid tilbake ny sett ha oppgitt oppføring hvordan innhold
        annen din tekst vinduet følgende aktivert bruker nåværende gyldig""",
    "fi": """ja on ei tai kun jos voi tämä ole olla se sen käyttää valitse että voit tämän vain kuin käytä jonka ovat tätä
        käytetään epäonnistui kaikki poistaa uudelleen sitä tässä avaa näytä sisältää käytössä et haluat eivät
        automaattisesti kuinka napsauta käyttöön määrittää aseta tulee mitä tiedosto joka koko tiedoston näyttää varten
        tiedostot jälkeen tähän yksi myös ennen jotka haluatko asetettu muuttaa kanssa hiiren olevan virheellinen uusi
        olemassa välillä luoda sekä voivat mukaan sisältö kuten alla jo vaatii jotta yhteydessä johon virhe jota lisätä
        mutta nimi pitäisi tekstin tiedot näytetään yhteys käytöstä lisää saatavilla olevat esimerkiksi älä joita
        käytettävissä tiedostoja käyttäjän oleva muut sisällä eikä tallentaa onko näytön olet ajan vaihtaa""",
    "pl": """nie w do na jest z i można się lub dla o to być aby może czy plików podczas są przez jako po programu tylko tego
        jeśli ma należy katalogu ten od pliku za proszę będzie błąd tym użytkownika wszystkie informacji tej zostanie czas
        listy nazwy mogą pliki już automatycznie że jak plik jego będą wszystkich brak które wyświetla nazwa pomocą
        zawiera więcej kiedy przycisk wyświetlanie przed określa używać informacje wyświetlane wyświetlać usunąć zmienić
        powiodło zostać okna czasu używany zostaną wyszukiwania katalog ta danych został działanie elementu widoku mają
        użyć używane zmiany ze miejsca ich wartości liście musi wybrać wybór zamiast listę panelu ponieważ pasek niż
        wersji między lista te""",
    "cs": """se v na a je pro nebo s k být které jako při do o jsou není když nastavení ve z by že tato pokud můžete má bude to
        chcete aby použít nelze po který zobrazení soubor může seznamu všechny automaticky výchozí zobrazit která tento si
        mají od soubory zobrazovat ke souboru aplikace souborů informace název vyberte toto i jak budou jen jeho čas
        používat tuto více již ale ze aktuální jste seznam žádné následující tohoto jej před mezi za vytvořit než chyba
        systému prosím pouze režim musí pomocí možné okna uživatele možná další složky změny nové byl mohou jestli místo
        obsahuje zadejte povolit některé zkuste této změnit nejsou počet""",
    "sk": """sa na je v a pre alebo s nie pri ako byť ak do sú či ktoré z o zobraziť má chcete chyba k nepodarilo táto že
        použiť súbor určuje bude možné si všetky tento ste súborov po už iba zoznam by ktorý súboru toto žiadne to budú
        odstrániť pred automaticky súbory keď môže informácie názov tohto jeho zobrazí zobrazenie môžete zoznamu od
        nastavenia aby vo obsahuje obsah priečinok zmeny bol položky prosím ich vyberte ale nedá existuje musí viac ktorá
        nové počas vytvoriť túto ho počet čas otvoriť zo vždy nájsť aj názvy odstránenie tomto tlačidlo neplatný zmeniť
        majú typ aktuálne pomocou medzi programu voľba vyžaduje nemôže podľa tieto""",
    "hu": """a az és nem vagy egy meg ha hogy ez van akkor ki kell csak lehet is el megjelenítése fájl nincs használt új által
        válassza következő ezt ezen alapértelmezett összes alkalmazás például kerül szükséges lesz fájlok felhasználó lévő
        minden való beállítások kattintson azt található használni több használata amely után fel adja más már hiba
        kiválasztott nélküli felhasználói rendszer jobb használatával automatikusan vannak teljes fájlt használja esetén
        között lehetővé kijelölt másik ablak jelenlegi ne használandó kapcsolva gomb ehhez üres mint adatok de szeretné
        megadva válasszon sem művelet bal lehetséges teszi még egyéni számára idő előtt állítva mód elem sikertelen
        jelenleg látható feladat sikerült beállítása beállítás hálózati megadott eszköz mindig nyomtatási szöveg""",
    "ro": """de pentru nu în a la să se este și un o fi dacă cu care sau din va poate această pe mai acest sunt când putut ca
        ar fie ce fost vor numele eroare fișiere toate trebui arată al după pot fișierul trebuie au deschide modul unui
        există selectat puteți nume fișier fișierele listă doar ale bara lista prin activează șterge că automat timp către
        unei noi aveți conținutul despre conține multe permite deja nou doriți afișează selectați selectate opțiune lui
        aceasta caractere timpul încercați ștergeți dosarul atunci folosit între înainte formatul găsit vă cum spațiu
        căutare alegeți clic sigur vizualizarea folosită alte meniul afișate valoarea numai informații putea""",
    "tr": """için bu ve olarak bir ya da veya ile tüm göster yalnızca hata en öntanımlı yeniden dosya kullanıcı yeni eğer zaman
        adı kullanılacak daha seçilen değil metin geçersiz özel geçerli başarısız kimlik dışı ileti pencere alt diğer her
        aynı şu izin olan yok kendiliğinden son çok yerine başka doğru alan bağlantı arama tarafından ön misiniz seç
        sağlar görev emin karakter hiçbir ne kullanılan anda gibi kullan etkin var kullanmak renk bilgi geri göre
        etkinleştir de bulunamadı nasıl dosyası olabilir ilk kalıcı simge parola önce iletişim çalışma kullanılabilir
        listesi lütfen değiştirmek doğrulama uyarı içeriği bazı sonra olması kullanılır ilgili anahtar boş sistem oldu
        klasör silmek veri ekran iptal geçici küçük deneyin""",
    "id": """yang untuk ini anda dan pada tidak dapat atau ke dengan di dari dalam akan berkas tak saat apakah tombol ketika
        suatu ada nama sebagai secara warna jendela aplikasi pengguna bisa daftar lain jika memiliki bagi ingin lebih
        telah oleh pilih menggunakan semua digunakan bila perangkat ditampilkan harus hanya dipilih waktu mungkin
        menampilkan kunci adalah memakai mesti klik membuat baru teks dipakai karakter bawah pengaturan tampilan atas
        bilah mengubah menghapus satu alamat sistem perlu papan jaringan itu menentukan sandi membuka pesan ukuran
        informasi nilai ruang otomatis beberapa lokasi tampilkan tugas benar seperti ikon isi banyak karena layar tersedia
        bagian tempat gagal komputer butir sama perubahan gunakan tingkat mereka kata memilih""",
    "vi": """không có được thể bạn của các này để tin khi cho một trong dùng và chọn tập là sẽ mục đặt định động đã vào thư bị
        tự trình đổi chỉ tên bộ hiện số thị hiển nếu hoặc thay dụng cần xem tìm máy với trên nó phải sổ nên người lại
        thiết sách hay tính từ danh nhập khác hợp ứng mở bản nào thông kết mới muốn cách chuyển đang bằng theo việc những
        làm điều sau lỗi phép hình gặp cửa đến cài dấu mà hệ độ ảnh xác phím bỏ nhận về bật thanh thời đó phần tắt thêm ký
        dạng chạy qua hành""",
    "hr": """za u se je na i ili ne biti s će ako li može koji nije su kao koje da kako datoteke želite od bi datoteka mogu
        koristiti samo više treba koristi ova pri možete kada koja ovaj sve prikaži o iz ovo način automatski nema broj
        trenutno odaberite nakon sa ove što postavke ste popisa popis vrijeme informacije neće sustava mora promjene tipku
        prikaz prikazati to a ali prozora ovu ovom između kliknite popisu možda prostora po tipke ga sadrži promijeniti
        već koju korisnika izbornika postoji ovog datoteku drugi greška radnje pretrage ima nisu dok promjena podataka
        bilo sljedeći prozor tekst sadržaj sigurno korištenje programa vrsta boja prikaza prema""",
    "ca": """de la a el per no en els un del que i les es s'ha una si amb és al ha fitxer com fitxers pot dels quan llista nom
        aquesta aquest més mostra està tipus cap hi voleu pogut s'han informació utilitzar podeu als només configuració
        sobre d'un carpeta ser defecte tots automàticament canviar poden cerca barra seleccioneu se mostrar sistema s'està
        finestra seleccionat visualització són d'una perquè menú obrir suprimir ja des clic dades permet obtenir temps
        contingut això botó produït nova té totes heu noms introduïu altres conté entre línia vista servidor xarxa trobat
        utilitza contrasenya carpetes altre abans l'aplicació sigui qual mida però segur què teniu s'estan""",
    "ru": """в для не и с или на к при по если как будет быть из это может чтобы вы удалось использовать время от только о
        будут ли что файл умолчанию этот нажмите можно этого его выберите имя файлов список после все панели показывать
        которые пользователя меню автоматически настройки когда режим нет списка изменения файлы данных изменить должен
        удалить могут значение используется а помощью эта панель то создать например у этой окна установлено который файла
        поиск но между можете открыть всех просмотра они больше ввода уже со показать записи установить поиска получить
        действие действия окно должно клавиш он хотите ошибка введите требуется до эту режиме является нужно так сообщения
        информацию эти""",
    "uk": """для не на у з до або якщо і буде та в що за ви чи щоб час цей як які є бути при може про це від має списку цього
        його під можна користувача список показувати програми значення використовувати який лише із можете файлів меню
        вдалося файл даних після натисніть змінити коли автоматично панелі слід параметри більше можуть виберіть увімкнено
        встановлено зміни потрібно запису зі допомогою неможливо немає назви а файли встановити дії будуть використання
        наприклад дані відкрити їх запис пошуку повідомлення панель пошук показати показано помилка створити між тип вікно
        через використовується керування файла вам вибрати цієї назва ця цю часу інші вікна стан символів також визначає
        він""",
    "bg": """на за да в се е не с и от може при или бъде дали ще този това към като до по ако файлове са трябва показване само
        грешка файл тази които име неуспешно бъдат който ли всички време папка със няма програмата когато сте избор
        програма файла която съдържа информация използва преглед че името искате адрес режим показва вече преди достъп
        съдържанието чрез папката го изберете прозорец търсене между папки стартиране натиснете бутон повече създаване
        което списък списъка автоматично настройките след настройки отваряне вид мишката ви ползва си има неправилен
        съществува изтриете обекти данни във лента обект връзка поддържа задаване натискане а кошчето права файловете нов
        изчистване промяна програми""",
    "sr": """да за у на је се и не или са бити ће ли могу када који може од није датотека ако су датотеке као из ово желите
        које можете само користи треба овај изаберите о време што при више програм све приликом садржи датотеку користите
        програма ова сте назив фасцикле фасциклу до која број података прозор подешавања како податке садржај приказује по
        прозора коју мреже ставке ову већ дугме постоји преглед прикажи би списак користити тренутно фасцикли обришете
        површи уколико један поново а вредности ове нису неће унутар мрежи нема буде га ради списка сам испод тастер
        трајно их могуће списку још има између пре приказ овог фасцикла места уместо""",
    "ar": """في من إذا على هذه لا إلى أو هذا عند كان أن ما التي قائمة يمكن غير الذي القائمة لم فيما يجب إن فقط عن يكون كانت عرض
        يتم المستخدم ملف بين أي النافذة اسم كل استخدام الحالي العنصر مع قد سيتم خطأ الرسالة عندما المجلد عدد و قبل عمود
        الملف المنتقى نص تريد زر اذا القيمة المهام تحديد موجود إنشاء انقر لون يحتوي العرض لها جديدة بانتقاء آخر الافتراضي
        الأحداث العناوين حذف ليس بعد صندوق لن تم النص تغيير طريق لعرض قيمة المعلومات المهمة به الحالة لهذه هو أنك صحيح حتى
        هناك فتح الوقت يحدد الإصدارة تحت تكون عنوان البحث المجلدات أثناء فوق الأدنى إظهار تحرير لهذا أمتأكد العمل""",
    "fa": """به از در برای را این و کنید که یا است یک با استفاده شده هنگام کار شود باشد تغییر روی نمایش شد حذف باید شکست کردن
        ممکن جدید داده نام نیست دیگر تنظیمات خواهد ایجاد کرد نشانی حساب صورت وارد کلید هیچ حال شوند انتخاب آن عنوان گزیده
        شما تنظیم پیش تا کرده زمان دارد خودکار زیر پیام شدن حالت فهرست نشده پیکربندی نشان فقط پس کلیک دهید نامعتبر
        پشتیبانی دست موجود بودن شامل دوردست کند دسترسی تلاش بار گذرواژه نمای وجود فراهم انداختن قرار زمانی نشد آغاز تأیید
        کاری مورد ارسال بود مشکل دارید مدیریت گشودن ادامه رنگ ندارد کاربر افزودن دوباره ویرایشگر مطمئنید پیدا فرستادن نه
        کاربری""",
    "et": """pole on võimalik kui ja valitud kas selle või ei see seda soovid vaikimisi siis faili et kustutada kohta märgitud
        välja määratud ainult palun kuna näidatakse jaoks oled viga muuta kõik mis vali olemas näitamine kataloogi olevate
        juba sul kausta uue ole kirje nimi järgi kõigi korral prügikasti akna nime sa loomine kasutada mitte kindel
        kopeerimine avamine kuvamine nende jäädavalt kasutatakse sisu selles enne alati mida failide alla andmete ning
        määrab kirjete valimine asukoht asemel nimega võib ka kaustas kataloog luua sisaldab neid seotud võimalikud
        väärtused kustutamine mille lisamine olema avada tuleb kuvatakse käivitada sama taastamine kuni asukohta juhul
        küsitakse koos tagasi ilma määratakse veel ikoonide avatud sisse kasutamine kohandatud""",
    "lv": """vai ir un ar uz lai kad no ja kā nav kas ko tiek to šo izmantot pēc par tikai tiks tas jūs šī datnes tā nevar
        izvēlieties ka vēlaties datņu būt vajadzētu rādīt noklusējuma jums tās šis varat izmanto piemēram krāsu arī
        spiediet mainīt jābūt pievienot kuru datni lietotnes mapi informāciju būtu izveidot automātiski tad atrašanās
        neizdevās mapes vairāk pogu starp jūsu citu lietot taustiņu šīs laika būs jaunu lietotāja nosaukums kuras
        izmantojot līdz nosaukumu datu satur bet šajā izvēlēties tekstu atvērt sistēmas sarakstā jo visas ieslēgt paroli
        kļūda varētu ievadiet pārvietot ļauj krāsas vietas saturu saraksta laiku jau tīkla izmaiņas loga logu nevis
        meklēšanas tam pret datus izslēgt""",
    "lt": """ar ir yra būti nepavyko jei į kaip bus su kai arba rodyti iš turi gali šis nėra naudoti kad tik norite prie šį tai
        šio po metu reikia apie klaida automatiškai nuo buvo šiuo naudojamas jis pasirinkite gauti kurie sąrašo negali
        jūsų programa ne daugiau jau keisti galite naudotojo skaičius jo netinkamas tarp pakeisti laikas šią pavadinimas
        sukurti galima savo paieškos programos informacijos įjungta nustatymus meniu visus sistemos programą įveskite ši
        kurį naudojama tikrai jį aplanką ištrinti jų naują sąrašas kurių pagal naudojant naujo rodomi bet kol versija
        vietos nei o pvz visi failo bei taip dėl kurios šiam turinį juostą norint turėtų mygtuką įrašyti turėti programų
        iki tuščias""",
    "sl": """je v za na ali in se ni z ki s mogoče bo so ne da med lahko kot datoteke naj to datotek bodo možnost želite po ko
        če mape omogoča tudi ime iz od ta več način izberite nastavitev ob okno programa tem okna povezave jih možnosti
        biti pa datoteka podatkov ga vse samodejno pokaži uporabo seznam podrobnosti jo trenutno mapo vsebuje omogoči pri
        že voljo velikost uporabi bi pred tega število nastavitve najti predmet gumb mora obstaja dostop poskusite
        vrednosti ponovno podpira predmetov te prikaz podatki izbrisati privzeto nad datoteko še napake naslov onemogoči
        bila predmeta sta smeti zagon slike vedno vrste iskanje namesto morda napaka treba uporabiti""",
    "eu": """ez da du eta edo bat ezin behar den egin hau dira izan dago diren huts erakutsi nahi hautatutako duen erabili
        beste hautatu honek bada gisa aldatu aurkitu erabiliko duzu automatikoki soilik uneko fitxategia ari gabeko aukera
        ekintza ere guztiak errorea honetan dagoenean sortu egingo erabiltzen dagoen ezabatu sartu egon gehiago zure
        behera fitxategiak denean dituen izena kendu bere badago erabilgarri ikusi ala zerrenda ditu berriak azken
        lehenetsia ezarri fitxategi ondoren modua erabiltzeko aurreko ireki bertsioa egiten klik bertan saiatu dauden
        duten eduki dute baten nola atzeko tamaina onartzen hurrengo informazioa utzi zabalera bistaratu elementu bezala
        zein batzuk erakutsiko gabe jarri karpeta zehaztu mota baduzu izango ziur adibidez berria tekla""",
    "gl": """de a o se non para que un os do e ao unha da as ou é en no na está pode por ficheiro como esta ficheiros con seu
        lista cando nome erro máis dos este ten posíbel usar só das información eliminar hai sobre tipo son usuario co
        mostrar barra cambiar ser cartafol abrir debe isto súa poden prema novo xa vista debería automaticamente sistema
        seleccionar menú xanela tempo foi aplicación modo obter número configuración desde crear datos quere estado sen
        indica acción todos orde cor coa busca botón ver están elemento seleccionado nas entrada entre aos espazo desexa
        forma antes despois produciuse seleccione nos dun seguinte inicio tamaño""",
    "eo": """la de ne por en vi al estas kaj ĉu ĉi tiu montri dosierujo aŭ se povas forigi volas kiel dum eraro kun kiam el
        esti certe krei malfermi dosiero eblas dosierujon tiun bonvolu ĝi dosieron nur ĉiuj jam movi havas pli ĝin eblis
        ĉiujn ekzistas listo vido estos ke ilin dosierojn ĉar uzi estis elekti implicita ŝanĝi okazis tio ol pri da ĉiam
        nomo kopii malsukcesis fenestro elektitan kiu dosieroj elektitajn elektita restaŭri antaŭ sendi daŭre alian sed
        serĉi alia oni enhavas servilo ili post unu novan fenestron devus kiun aldoni kiuj devas informoj nomon agordi
        nova dosierujojn vian subtenas ŝalti elektu viajn trovi grando tiam loka nuna kampon""",
}
