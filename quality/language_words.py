"""The commonest function words of each language that is told apart by its words, the commonest first.

Chosen on Debian's handbook, GNOME's help and the messages of some of its programs (those that `benchmarks/languages.py` tests on
left out), ordered by the geometric mean of their shares in these sources, so that a noun of one of them does not come in; words
that are common in English documentation, too, only where they are function words. Single ASCII letters are left out: they are
also variables and the heads of an index. The English nouns and verbs of software are taken out: they make up keyword lists.
"""

from __future__ import annotations

FUNCTION_WORDS: dict[str, str] = {
    "en": """the to of is and in for be that this if or are it by not on as with you can will an from when use which have used
        all see may at also using one only but any other should new has more your these so some do no they there same each
        must such then than into was need its does like make them current up following been first where without different
        how their two instead after before about available would case want now way we most between just possible those
        because even given being specified might called multiple both either what contains since however while useful get
        another many running out automatically cannot next above uses still could means below he his she her him our us
        who whom whose were had did am me my i'm don't doesn't didn't it's that's you're can't isn't won't i'll we'll
        let's never always often again once here why upon among against whether nor though although yet too very much less
        least own off down over under through during until toward towards within along across behind beyond""",
    "de": """die der sie werden nicht in und das ist von wird für den zu ein eine auf des oder mit um diese im dem es wenn kann
        können als sind nach einen anzeigen zum an dass datei einer verwendet keine beim soll falls angezeigt alle wurde
        ob aus dateien konnte wählen dieses dieser nur einem durch zur verwenden haben sich wie fehler über bei löschen
        ordner fest dies diesem automatisch eines sein liste mehr anderen ändern legt bitte öffnen informationen kein
        gefunden geben versuchen hat klicken bereits enthält noch wollen sicher einstellungen geöffnet anwendung ihren
        einige muss auch namen inhalt möglich neuen ihre benutzer enthalten er zeichen ihr aktion zwischen starten möchten
        fenster aktiviert neue gelöscht entfernen am sollen diesen wurden gibt darf erstellen müssen unter gewählten
        verfügbar folgenden vor aktuellen immer entfernt andere zeit weil gewählte bis während erlaubt hier anwendungen
        änderungen anzahl unterstützt dann sollten installiert ihnen setzen verbindung hinzufügen namens vom passwort
        ansicht suchen daten wert größe welche möglicherweise ersetzen ausgeführt ihrer verschieben ihrem sollte drücken
        ziehen unten auswählen objekte allen adresse indem festlegen gruppe einstellung suche ihres neu weitere papierkorb
        anzeige deaktiviert aber erstellt menü dürfen geändert erlauben erfordert ab neuer durchsuchen anlegen rechner
        geladen gestartet""",
    "fr": """de la le les des pour du un est et en dans pas une vous ou par ne sur être que si ce fichiers fichier cette sont
        afficher avec liste au plus peut nom il lors qui comme été vers défaut utiliser votre doit se indique recherche
        supprimer peuvent pouvez tous barre vue fenêtre dossier aux d’un système automatiquement erreur n’est nouveau
        nombre sera paramètres sélectionné cet contenu charge informations même autre créer données ligne utilisé jour
        actuellement son d’une passe déjà après avant éléments utilisée mais définir bouton sélectionnez texte noms
        couleur quand autres veuillez contient niveau mot toutes partir sans lorsque mise aucune nouvelle serveur panneau
        sous aucun choisir taille cela gauche cours ces groupe depuis s’il réseau affiche commande clavier trouver
        caractères existe ont ouvrir seront entre vos toujours ordinateur problème tout l’application faut lancer
        suppression corbeille sélectionnés boîte faire actuel paramètre saisie fenêtres valeur doivent fois contenant
        aussi avez soit dossiers trop sélectionner répertoire activer certains haut champ manière valeurs activé boutons
        n’a choisissez compte où sélection utilisateur nouveaux mis tant nécessaire dont l’élément chaque disponible prend
        changer sa tâche sélectionnée cliquez l’utilisateur tâches laquelle bureau élément car essayez connexion plusieurs
        droite uniquement icônes mettre utilisés""",
    "es": """de la el se en no para que los del un una las al si puede con es está esta este por su como archivo cuando mostrar
        nombre debe lista archivos usar ha más tiene quiere vista información cambiar configuración usuario sólo esto
        barra carpeta pueden sobre ventana eliminar abrir seleccionar hay desde sistema ser tipo todos automáticamente ya
        seleccionado indica menú pulse tiempo sus número nuevo crear están acción datos estado aplicación entre son pudo
        todas entrada obtener dirección nueva lo botón búsqueda elemento han qué contiene versión buscar cambios existe
        seguro antes después establecer nombres modo espacio texto pantalla opción ver línea formato contenido carpetas
        lugar parte deben pero siempre superior valores elementos tamaño tecla disponible usando actualmente otros
        aplicaciones encontrar predeterminado hora activar mensaje contraseña seleccione siguiente mismo introduzca
        ejecutar vez hacer iniciar icono inicio servidor siguientes predeterminada otro forma disponibles necesita muestra
        mover grupo cualquier ubicación seleccionada papelera uso ninguna debería escritorio ventanas teclado posible
        imagen realizar nivel escribir cada botones caracteres clave usa activa valor algunos orden problema área cuenta
        cómo algunas mostrará añadir permite ejemplo acerca elija porque estar permisos opciones trabajo equipo ratón
        falló hasta conexión usuarios aplicar establece también nuevos sea pulsar""",
    "pt": """de para não do um que se em uma ou da as os com ser no ao pode na por como você está quando foi lista nome esta
        possível este são tem mais deve seu dos arquivo ficheiros ficheiro mostrar arquivos à padrão deseja será barra
        apenas podem das sobre automaticamente usar todos tipo abrir pasta sistema sem erro mesmo pelo número criar
        tamanho estiver serão texto conteúdo já espaço tempo dados clique área entre obter janela sua usuário qual
        informações todas botão informação nomes configuração executar seus selecione alterar configurações remover ter
        após atual mas isso nova modo antes utilizador ver ação estão estar iniciar selecionar entrada estado trabalho
        nenhum impossível selecionado usado itens pesquisa sempre irá nas opção utilizar definir mensagem suporte nos
        foram definido cor nível novamente formato existe possui comando aplicativo mover pastas servidor excluir rede
        nenhuma alterações visão neste onde vez vista qualquer partir versão pela selecionada atualmente certeza isto
        localização seja tente fonte também outros outro ele caracteres forma caso acesso aplicação exibir segurança
        definições painel chave usada fazer disponíveis quais ícone novas abaixo imagem tecla grupo janelas só sendo
        disponível escolha computador devem adicionar valor procurar transferência problema favor atalho hora há contém""",
    "it": """di il la per è non un in del le se una da che si essere dei con questo come nel della sono questa quando delle su
        nella può lo usare nome alla più gli impossibile al stato possibile cui informazioni viene mostra solo barra
        ricerca selezionato mostrare dal errore finestra cartella tutti posizione spazio modo sul numero deve indica sulla
        degli automaticamente verrà tipo ha prima vengono vista clic aprire dopo contenuto predefinito possono dimensione
        altri elenco contiene impostazioni colore eseguire ma testo dalla dello selezionare tra parte pulsante modifica
        tempo sistema già sia rete nuova formato usato nomi tutte potrebbe verranno nuovo cartelle necessario fare ai ad
        anche modificare durante valido uno disponibile sempre oppure sta sarà menù altro inserire versione questi
        carattere creare stata riquadro seleziona selezione caratteri nelle modalità dovrebbe eliminare avere quale
        provare esempio sotto finestre scegliere trovare comando caso pulsanti utente disponibili richiesta cestino
        attuale seguenti applicazioni gruppo campo ogni schermo tastiera visualizza saranno rimuovere cambiare spostamento
        azione dati ed alle visualizzare tasto usata modello problema corrente predefinita quali visualizzazione nei ciò
        valori larghezza nuovi stati chiave programma esegue all'interno hanno esiste livello attiva utenti l'applicazione
        richiesto spostare altre lavoro ancora aggiungere imposta scheda""",
    "nl": """de het van een in te is niet worden voor en op met om wordt deze als kan zijn naar dit er dat die geen bij aan
        door moet gebruikt heeft zal wanneer bestand uw uit bestanden verwijderen kunt kunnen alle wilt gebruiken andere
        maken naam nieuwe tonen meer geselecteerde over lijst indien automatisch gebruik dan kon alleen informatie
        standaard wijzigen openen fout volgende zullen tot huidige maar plaats ingeschakeld inhoud al kies toe getoond nog
        ze staat ook welke bevat mislukt actie aanmaken moeten instellingen opnieuw gebruiker boven verwijderd omdat
        tussen geeft toepassing tekst mogelijk probeer ingesteld hoe één hebben zoeken bestaat wachtwoord zich mappen af
        momenteel weet gaan dient zoals waar gevonden geselecteerd vereist tijd beschikbaar starten weergeven uitvoeren
        instellen weergegeven wijzigingen zou versie onder venster ongeldig weergave bevatten selecteren aantal waarop
        zeker klik zichtbaar altijd gewijzigd probleem selecteer toevoegen geïnstalleerd tekens opgegeven wat voeren
        verborgen vinden grootte leeg enkele verbinding enkel scherm prullenbak verplaatsen werd kiezen tijdens nieuw
        uitgeschakeld knop ophalen geopend teken dezelfde opdracht gegevens nodig waarin vervangen pictogram ruimte
        toepassingen toegang breedte zien krijgen sommige gevraagd geef locatie voordat apparaat optie zodat geven
        persoonlijke druk stellen externe elk bepalen bent verplaatst weer ander bepaald zonder""",
    "sv": """att för som en på inte är av och till du den kan med ett om det eller kommer har detta ska när från denna visa de
        bort visas vara ta använda vill efter alla vid din välj här andra finns används automatiskt ändra hur fel skapa
        användas måste filer innehåller genom ange över så ditt öppna då nya klicka använd endast upp inställningar bör
        men se namn huruvida ut tid mellan dess tecken dessa programmet misslyckades lista kunde listan fil dem dig skriva
        ingen valda göra filen inga följande redan varje hitta starta lägga innan igen aktivera tryck få namnet ha än
        tillgängliga närvarande dina användaren inget några vissa flera alternativ samma mer vilka tas annan vilken
        ändringar tar välja krävs bara vad får objekt innehåll fönster aktuella utan ny åtgärden annat antal nytt säker
        sig visar hämta använder nästa meddelande höger anger ner användare skicka tillbaka flytta exempel skärmen läsa
        åtgärd växla kontrollera där sedan användning markerade köra fler typ alltid plats två markera kanske gå läge
        enheten gör först längre dator vänster första tillgänglig behöver också vilket någon börja aktuell fortsätta färg
        sätt mycket blir vanliga försök skrivare tiden något nu lösenord del skriv ogiltigt inaktivera mappen""",
    "da": """for at til er af en ikke og på den som der du kan eller med et skal vil det om hvis ved fra når de har kunne alle
        være denne blive bruges vises vis brug vælg kun efter dette automatisk valgte din så bruge andre tegn mellem fejl
        filer se ændre nye indeholder dit blevet programmer navn flere nuværende ingen bruger vise indstillinger stedet
        vælge klik hvor finde anden hvordan fil findes blev venstre programmet nogle dig bør nogen men følgende allerede
        samme mere åbne tilgængelige listen dine oprette fundet viser skift dem sikker få højre tekst bliver navnet ud
        uden hvilke også liste siden filen prøv skærmen ind adgangskode måske slået giver noget ønsker starte angiv slå
        slette vist indtast venligst skrive disse installeret fjerne tilgængelig næste valgt tilstand indholdet tryk tast
        her tilbage angivet tid gøre ugyldig visning hver altid aktiveret aktuelle må antal gemme sat dens deres tilføje
        angiver fjern andet forskellige sæt ugyldigt nu hvad fordi vindue øverst længere kræver først før ny flyt billeder
        mange understøtter muligt handlingen igen fortsætte sted handlinger bogstaver adgang gennem gang meget klikke mens
        mappe eksisterende nyt vinduet brugt øjeblikket mindst åbn første mappen nede kort direkte intet modtage""",
    "nb": """for som er ikke en av å på til du vil skal denne og med om kan eller hvis den dette et klarte når har at det fra
        ved vises vis inn bli ingen feil brukes alle etter være valgt de bruk valgte automatisk navn versjon informasjon
        ble opp velg liste må satt bruke blir mellom før noen fordi nye visning endringer allerede endre inneholder
        ugyldig se flere funnet andre kunne ut sikker disse programmet åpne fil tilgjengelig kun slette hvor slå skriv
        hente filer eksisterer skrive velge handlingen finne søk tid tilbake ny sett ha oppgitt oppføring hvordan innhold
        annen din tekst vinduet følgende aktivert bruker nåværende gyldig mer gjennom tegn verdi nå forvalgt mappe teksten
        men deg alltid konflikt nylig vise dem tilgjengelige forhåndsvisning nytt motta antall bare programmer neste
        skriver siste innholdet brukt meldingen oppgaver siden sende finnes oppgi fjerne minst hver spesifiserer merk
        feltet lage fjerner størrelse uventet navnet få viser velger virkelig hele gjøre skjermen oppdatert farge stedet
        fortsette fjernes piksler gå ned betyr ønsker så enn tilstand lagre slettet samme oppdatere linjer gjør mappen
        senere hvilke oppføringer la gi hvorvidt filen lese slutt handlinger gir aktiv sette skrives starter fjernet
        hendelser fant dine oppføringen""",
    "fi": """ja on ei tai kun jos voi tämä ole olla se sen käyttää valitse että voit tämän vain kuin käytä jonka ovat tätä
        käytetään epäonnistui kaikki poistaa uudelleen sitä tässä avaa näytä sisältää käytössä et haluat eivät
        automaattisesti kuinka napsauta käyttöön määrittää aseta tulee mitä tiedosto joka koko tiedoston näyttää varten
        tiedostot jälkeen tähän yksi ennen myös jotka haluatko asetettu muuttaa kanssa hiiren olevan virheellinen uusi
        olemassa välillä luoda sekä voivat mukaan sisältö alla jo kuten vaatii jotta yhteydessä johon virhe jota lisätä
        mutta nimi pitäisi tekstin tiedot näytetään yhteys käytöstä lisää saatavilla olevat esimerkiksi älä joita
        käytettävissä tiedostoja käyttäjän oleva muut sisällä eikä tallentaa onko näytön olet ajan vaihtaa käyttäjä niitä
        uuden ota tarkista asettaa asetukset tällä oletuksena avata josta muuta täytyy ikkunan poista kansiot toinen
        vaaditaan muita nyt kansion voitu poistetaan sisältöä salasana aina määrä eri niin näyttö sovelluksen anna valittu
        saattaa takaisin näkyvät kansio jolla tilaa nimeä käyttäen lisätietoja varmista kirjoita ikkuna asetuksia vaikka
        painikkeen käytetty tila mahdollistaa koska aika päällä mahdollista luo näkyvissä kautta tietokoneen voidaan pois
        yritä ne versio enää merkkiä tulisi sijaan kuvakkeen yleensä lähettää kansioon sinulla joko niiden määritä
        sovellus kokoa ongelma tietojen nämä näytetäänkö tietoja tietoa määritetty liitetty paljon muiden onnistu löytynyt""",
    "pl": """nie do na jest można się lub dla to być aby może czy podczas plików są przez jako po programu tylko jeśli tego ma
        należy katalogu ten od za pliku będzie błąd proszę użytkownika tym wszystkie tej zostanie informacji czas nazwy
        listy wyświetlanie mogą pliki już automatycznie jak że plik jego wszystkich które będą wyświetla nazwa pomocą
        zawiera więcej brak kiedy przycisk przed używać informacje wyświetlane okna określa zmienić wyświetlać
        wyszukiwania usunąć zostać czasu używany powiodło katalog danych ta został zostaną działanie elementu widoku mają
        użyć zmiany ze używane miejsca ich wartości wybrać liście wybór ponieważ niż panelu zamiast listę musi wersji
        między pasek te działania lista spowoduje nazwę wyświetlany nazwie co je obecnie ale włączenie utworzyć systemu
        nowe paska wyświetlania bez ustawienie wyszukiwanie inne ponownie wymagane zawierać ustawienia mieć okno tryb
        użycie znaków typ dostępne katalogów spróbować włączone okien położenia możliwe elementów zmiana których oznacza
        usunięcie programy istnieje typu otworzyć ustawień ekranu powinien elementy adres podglądu wymaga przycisku
        wartość automatyczne innych rozmiar dostępu zostały oraz którego czasie zadania programów użytkownik jeden opcji
        tekst myszy wybrany nowych przy także który widok nowy domyślnie ostatnio powinno klawisza kliknięcie polecenie
        oknie pod nacisnąć stanu położenie wyświetlić wiadomości ustawić nieprawidłowy skrótów tych uzyskać""",
    "cs": """se na je pro nebo být které jako při do jsou není když nastavení ve by tato že pokud můžete má bude to chcete aby
        použít po který soubor zobrazení nelze může seznamu všechny výchozí automaticky která tento zobrazit si soubory od
        mají ke aplikace souboru souborů zobrazovat informace budou vyberte toto jen čas jak název tuto jeho používat více
        seznam ale již ze aktuální následující tohoto žádné jste mezi vytvořit před jej za systému chyba režim pouze než
        uživatele pomocí změny musí možná prosím možné další byl okna nové složky mohou jestli místo obsahuje některé
        zadejte povolit změnit bez nejsou podle této bylo zkuste zda počet tyto tlačítko protože nastavit případě hledání
        verze uživatelské byla heslo žádná měl typ vlastní uživatel stavu vybraný použití otevřít ostatní režimu položky
        existuje zapnuto kterou co rozložení zobrazí používá spuštění vždy jméno názvy všech stav místa účet velikost
        vybrat své ne získat ji formát hodnoty přidat aplikaci panelu dispozici složku tak připojení zde zařízení tomto
        obsah tlačítka vybrané například správce okno části opravdu pracovní smazat znaky pak příliš spustit pole určuje
        během standardní pozadí mít kliknutím akce najít horní čtení jiné nemůže máte obrazovky pod použije místní tím
        kliknutí jiný klikněte znamená kde""",
    "sk": """sa na je pre alebo nie pri ako byť ak do sú či ktoré zobraziť má chcete chyba nepodarilo táto že použiť súbor
        určuje bude možné si všetky tento ste súborov po už iba zoznam by ktorý súboru toto žiadne to budú odstrániť pred
        automaticky súbory keď môže informácie názov tohto jeho zobrazí zobrazenie môžete zoznamu od nastavenia aby vo
        obsahuje obsah priečinok zmeny bol položky prosím ich vyberte ale nedá existuje musí viac ktorá nové počas
        vytvoriť túto ho počet čas otvoriť zo vždy nájsť aj názvy odstránenie tomto tlačidlo neplatný zmeniť majú typ
        aktuálne pomocou medzi programu voľba vyžaduje nemôže podľa tieto nemôžu zozname dostupné zobrazovať ponuky
        pretože okno boli položku hodnoty názvom označenie obsahovať istý vybraný získať použije zlyhalo môžu režim tejto
        namiesto aplikácie niektoré hodnotu typu používateľa týmto použitie priečinka bolo tak formát úlohy vášho aktuálny
        veľkosť stav nastavenie spustiť pole nemáte použitá priečinky za verzia identifikátor momentálne položiek miesta
        okne údaje hodnota skúste nebudú nastaviť systému podrobnosti používať všetkých zmenu žiadna kód znak ktorú
        prístup použitý naozaj vybrané príliš späť zobrazení príkaz aplikácia zadajte bola výber mať nastaví pod zobrazené
        kurzor nebola pokračovať priečinku spôsob zvoľte ešte správy vykonať panelu spracovať automatické nebol kliknutím
        iného""",
    "hu": """az és nem vagy egy meg ha hogy ez van akkor ki kell csak megjelenítése lehet el is fájl nincs használt által
        következő új válassza ezt ezen alkalmazás összes alapértelmezett például lesz kerül fájlok felhasználó lévő minden
        szükséges való kattintson található beállítások azt használni amely több adja után fel hiba más használata
        felhasználói kiválasztott nélküli már rendszer jobb vannak teljes automatikusan használatával ablak fájlt között
        esetén lehetővé használja kijelölt másik használandó ne kapcsolva jelenlegi gomb mint szeretné adatok sem de bal
        ehhez megadva egyéni üres teszi válasszon beállítása számára még művelet lehetséges idő előtt állítva mód elem
        távoli jelenleg sikertelen megadott kapcsolat látható gyorsbillentyű beállítás feladat nyomtatási sikerült
        biztonsági rendelkezik kattintás szöveg létre eszköz hálózati külső további egyes mappa mindig mappák alkalmazások
        át elsődleges billentyű majd üzenet sáv beállítva nyomtató megjelenítéséhez feladatok kulcs személyes
        engedélyezése lista két tartalmaz elérhető felhasználók jelszó megfelelő fog olyan helyi lett karakterek képernyő
        lennie támogatott adott neve megfelelően tartalmazza ezzel lesznek egyéb mező listája automatikus megnyitása felső
        kurzor érhető kiszolgáló másodlagos aktív így annak része erre helyett amelyhez hozzáadása ön érvénytelen fiók
        függőleges gombot megjelenített újra létrehozása támogatja ilyen fogja legyen véglegesen asztali használatához
        állítsa kívánt mutató közben száma egyetlen mappát karakter alapértelmezetten ezek ellenőrizze""",
    "ro": """de pentru nu în la să se este și un fi dacă cu care sau din va poate această pe mai acest sunt când putut ca ar
        fie ce fost vor numele eroare fișiere toate trebui arată al după pot fișierul trebuie au deschide modul unui
        există selectat puteți nume fișier fișierele listă doar ale bara lista prin activează șterge că automat timp către
        unei noi aveți conținutul despre conține multe permite deja nou doriți afișează selectați selectate opțiune lui
        aceasta caractere timpul încercați ștergeți dosarul atunci folosit între înainte formatul găsit vă cum spațiu
        căutare alegeți clic sigur vizualizarea folosită alte meniul afișate valoarea numai informații putea valorile
        datele ferestre nouă fereastra apăsați găsi acțiune selectată implicită utilizator utilizat fișierului versiunea
        dosar întotdeauna specifică aceste fiecare cel elemente valoare distanță afișat curentă alt fișierelor șterse
        listei lucru eșec introduceți fără afișa dimensiunea crearea folosește activată dar folosi curent disponibile dată
        creează meniu mult sistemului sus autentificare utilizatorului gunoi adaugă decât aplicații mesaj sursă locație
        deoarece arate lor ștergerea acțiuni sarcini unde caută acestei culoarea lățimea acestui implicite nicio cât unele
        poziția numărul specificat aici intrare aplicație nivelul stare număr loc butonul utilizează necesită utilizată
        opțiuni dimensiune mută următoarele dosarului""",
    "tr": """için bu ve olarak bir ya da veya ile tüm göster yalnızca hata en öntanımlı yeniden dosya kullanıcı yeni eğer zaman
        adı kullanılacak daha seçilen değil metin geçersiz özel geçerli başarısız kimlik dışı ileti pencere alt diğer her
        aynı şu izin olan yok kendiliğinden son çok yerine başka doğru alan bağlantı arama tarafından ön misiniz seç
        sağlar görev emin karakter hiçbir ne kullanılan anda gibi kullan etkin var kullanmak renk bilgi geri göre
        etkinleştir de bulunamadı nasıl dosyası olabilir ilk kalıcı simge parola önce iletişim çalışma kullanılabilir
        listesi lütfen değiştirmek doğrulama uyarı içeriği sonra bazı olması kullanılır ilgili anahtar sistem boş oldu
        klasör silmek veri ekran iptal küçük geçici deneyin metni çubuğunun olmalıdır mi büyük boyutu çubuğu ise görünümü
        hangi açılan konum araç ek genel üstüne ister klavye masaüstü arka kipi önceki seçin zaten olmayan sol dosyaları
        yazıcı rengi boşluk penceresinin gösterilmesi olup piksel görünümünde başlık çevrim gösterilecek yazı açık
        arasında yatay süre gereken devre düğme türü alanı içeren alternatif istiyor üzerinden kullanarak üzerinde tuş
        sorun konumu uygulamaların genişliği uygulama kaydetmek eklemek kullanın değer dikey istediğinizden üst birincil
        uzak uygulamanın kenar aşağıdaki ağ içinde sayısı seçili ayarları gereklidir sahip hakkında satır mı musunuz
        değeri uzun görevi adları öge girin değiştir""",
    "id": """yang untuk ini anda dan pada tidak dapat atau ke dengan di dari dalam akan berkas tak saat apakah tombol ketika
        suatu ada nama sebagai secara warna jendela aplikasi pengguna bisa daftar lain jika memiliki bagi ingin lebih
        telah oleh pilih menggunakan semua digunakan bila perangkat ditampilkan harus hanya dipilih waktu mungkin
        menampilkan kunci adalah memakai mesti klik membuat baru teks dipakai karakter bawah pengaturan tampilan atas
        bilah mengubah menghapus satu alamat sistem perlu papan jaringan itu menentukan sandi membuka pesan ukuran
        informasi nilai ruang otomatis beberapa lokasi tampilkan tugas benar seperti ikon isi banyak karena layar tersedia
        bagian tempat gagal komputer butir sama perubahan gunakan tingkat mereka kata memilih setelah kosong akun jenis
        sampah lagi bukan daya sudah jauh berisi sedang huruf posisi latar kiri melihat sebuah mulai sumber bahwa tanda
        orang menjadi salah sebelum juga pencarian masalah baku tersebut pencetak antara gambar mana melalui kanan besar
        saja opsi kotak memuat ulang halaman menemukan setiap ditemukan tik diaktifkan memungkinkan terakhir belakang
        kursor menerima lebar aktif cara tentang buka bagaimana kerja buat sisi masukkan mengirim cukup menyambung dua
        bawaan mencari lama menambahkan profil boleh aksi kolom urutan versi perintah pakai mengambil surel baris meminta
        paling mengatur tanpa alternatif selalu jarak""",
    "vi": """không có được thể bạn của các này để tin khi cho một trong dùng và chọn tập là sẽ mục đặt định động đã vào thư bị
        tự trình đổi chỉ tên bộ hiện số thị hiển nếu hoặc thay dụng cần xem tìm máy với trên nó phải sổ nên người lại
        thiết sách hay tính từ danh nhập khác hợp ứng mở bản nào thông kết mới muốn cách chuyển đang bằng theo việc những
        làm điều sau lỗi phép hình gặp cửa đến cài dấu mà hệ độ ảnh xác phím bỏ nhận về bật thanh thời đó phần tắt thêm ký
        dạng chạy qua hành đầu tạo tiếp trí lý như kiểu ra chữ năng quyền mặc thực nội cập thì liệu bên hơn kiếm địa hoạt
        tác khiển công vị mọi lệ cái chính thấy trợ cùng ghi nhiều con chưa nhất đề thử thống tài thứ vì toàn mật chứa hãy
        sử dung cả trước báo đọc thế sửa chủ dữ trị di lần riêng vùng cấp nút đơn truy dòng tại tra liên lệnh kích gian
        nhấn quản phân dưới vụ bao phụ nhớ phục cầu cuối trường lưu biết sang yêu""",
    "hr": """za se je na ili ne biti će ako li može koji nije su kao koje da kako datoteke želite od bi datoteka mogu koristiti
        samo više treba koristi ova pri možete kada koja ovaj sve prikaži iz ovo način automatski nema broj trenutno
        odaberite nakon sa ove što postavke ste popisa popis vrijeme informacije neće sustava mora promjene tipku prikaz
        prikazati to ali prozora ovu ovom između kliknite popisu možda prostora po tipke ga sadrži promijeniti već koju
        korisnika izbornika postoji ovog datoteku drugi greška radnje pretrage ima nisu dok promjena podataka bilo
        sljedeći prozor tekst sadržaj sigurno korištenje programa vrsta boja prikaza prema znakova naziv pregled
        aplikacije jer vam pogledajte odabrani moguće vrijednost mape informacija prije stanje umjesto stvoriti ispod
        račun slova aplikacija bez povezivanje ime pokušajte odabir pokretanje imati koristite koriste odaberi mapu
        sljedeće morate vašem novi uvijek pokazivač tipka pokrenuti stavke odabrane vrijednosti tipki pregleda neuspjelo
        ukloniti postavki strane omogućuje vremena uređaj vaše kartice ponovno jedan izbornik poput ih korisnik inačica
        svoje uobičajeno mogućnosti radnju računalu pritisnite ispisa rada radi zaslona trebao slike trake traku mogućnost
        raspored vašeg uklanjanje položaj gdje upišite veličine nove prikazane otvoriti podatke radnja promjenu dodavanje
        vrhu dnu boje kojima pruža sadržavati""",
    "ca": """de la el per no en els un del que les es s'ha una si amb és al ha fitxer com fitxers pot dels quan llista nom
        aquesta aquest més mostra està tipus cap hi voleu pogut s'han informació utilitzar podeu als només configuració
        sobre d'un carpeta ser defecte tots automàticament canviar poden cerca barra seleccioneu se mostrar sistema s'està
        finestra seleccionat visualització són d'una perquè menú obrir suprimir ja des clic dades permet obtenir temps
        contingut això botó produït nova té totes heu noms introduïu altres conté entre línia vista servidor xarxa trobat
        utilitza contrasenya carpetes altre abans l'aplicació sigui qual mida però segur què teniu s'estan l'ordre
        pantalla canvis nombre superior seu l'usuari següent crear clau esteu després seguretat fer nivell comptes l'estat
        seleccionar icona versió tot sota existeix directori grup ubicació nou vàlid estan cal aquests dispositiu
        aplicació d'aquest alguns disponible següents l'element d'usuari utilitzeu feu caràcters missatge teclat qualsevol
        també paperera tecla paràmetres pel trobar ratolí botons tasques veure fins suprimeix cert aplicacions actualment
        mostrarà espai valors valor canvi d'utilitzar finestres compte executar seleccionats imatge cada hauria acció
        disponibles vostra usuaris d'aquesta vostre encara correctament mateix s'utilitza trieu llegir afegir iniciar
        canvia crea ara l'inici moure""",
    "et": """pole on võimalik kui ja valitud kas selle või ei see seda soovid vaikimisi siis faili et kustutada kohta märgitud
        välja määratud ainult palun kuna näidatakse jaoks oled viga muuta kõik mis vali olemas näitamine kataloogi olevate
        juba sul kausta ole uue kirje nimi järgi kõigi korral prügikasti akna nime sa loomine kasutada mitte kindel
        kopeerimine avamine kuvamine nende jäädavalt kasutatakse sisu selles enne alati mida failide alla andmete ning
        määrab kirjete valimine asukoht asemel nimega võib ka kaustas kataloog sisaldab luua neid seotud väärtused
        kustutamine võimalikud mille lisamine olema avada tuleb kuvatakse käivitada sama taastamine kuni küsitakse juhul
        asukohta koos tagasi määratakse veel ilma ikoonide avatud sisse kasutamine kohandatud võti sõnumi arv salvestamine
        kuvada tõstmine teise saab faile lubatud eemaldada kohalike näidata olla peaks siin andmeid tekkis kirjet uuesti
        muutmine teksti nähtav maksimeeritud kogu ettevalmistused kuid iga vaate üle toeta sõnumite tuvastada teine
        määrata lugeda eemaldamine võtit millega evolutioni lõikelauale ikooni mõned automaatselt taastada kirjed tahad
        arvu ühtegi asukoha ühe liigutamine loendi andmed uus olevad sellele saatmine enam kuvamiseks kustutatud kuhu
        suuruse aknas otsimine kustutatakse kus väljalülitamine tuleks tegevuse viimase kustutamisel kaardi ümbertõstmine
        kinnitust ülesannete väärtuseks hetkel käivitamisel korraga vaadet rohkem üks alusel tõsta loetelu puuduvad abil
        failid aeg""",
    "lv": """vai ir un ar uz lai kad no ja kā nav kas ko tiek to šo izmantot pēc par tikai tiks tas jūs šī datnes tā nevar
        izvēlieties ka vēlaties datņu būt vajadzētu rādīt noklusējuma jums tās šis varat izmanto piemēram krāsu arī
        spiediet mainīt jābūt pievienot kuru datni lietotnes mapi informāciju būtu izveidot automātiski tad atrašanās
        neizdevās mapes vairāk pogu starp jūsu citu lietot taustiņu šīs laika būs jaunu lietotāja nosaukums kuras
        izmantojot līdz nosaukumu datu satur bet šajā izvēlēties tekstu atvērt sistēmas sarakstā jo visas ieslēgt paroli
        kļūda varētu ievadiet pārvietot ļauj krāsas vietas saturu saraksta laiku jau tīkla izmaiņas loga logu nevis
        meklēšanas tam pret datus izslēgt izmēru sarakstu tastatūras ievades pirms joslas vietu datne papildu vietā kādu
        iestatīt informācija cik kura dzēst vairs iestatījumus sūtīt ieslēgts teksta lietotne savu izmantots darbvirsmas
        saņemt vienu izvēlnes savienoties taustiņš joslu mēģiniet režīmā visu pilnībā darbību palaist rakstzīmes lietotni
        ierīces pie laikā ikonas ekrāna kurā pašlaik atbalsta rakstzīmju skata saraksts peles kamēr pašreizējo šeit mapē
        standarta meklēt kur atslēga izmantota atrast zem joslā adresi vārdu lietojiet uzdevumu daudz izmantotu virs
        iestatījumu vērtības režīms režīmu adrese veikt nepieciešams iespējams tika pogas izvēlētos lūdzu kontu parādīt
        izvēlēto iestatījums kāda vienmēr dati rāda""",
    "lt": """ar ir yra būti nepavyko jei į kaip bus su kai arba rodyti iš turi gali šis nėra naudoti kad tik norite prie šį tai
        šio po metu reikia apie klaida automatiškai nuo buvo šiuo naudojamas jis pasirinkite gauti kurie sąrašo negali
        jūsų programa ne daugiau jau keisti galite naudotojo skaičius jo netinkamas tarp pakeisti laikas šią pavadinimas
        sukurti galima savo paieškos programos informacijos įjungta nustatymus meniu visus sistemos programą įveskite ši
        kurį naudojama tikrai jį aplanką ištrinti jų naują sąrašas kurių pagal naudojant naujo rodomi bet kol versija
        vietos nei pvz visi failo bei taip dėl kurios šiam turinį juostą norint turėtų mygtuką įrašyti turėti programų iki
        tuščias įjungti informacija pat failų teksto rasti prieš srities kuriuos atlikti failus įjungtas priklauso jūs
        pašalinti paleisti pažymėti pridėti serverio jums kuris vienas norėdami tipas patvirtinti veiksmo laiko aplanko
        atverti failą darbo jie nustatyti kitą veiksena failai pasirinkti ekrano kito rodo veiksenoje perskaityti duomenų
        negalima klavišų prisijungti nebus apačioje kiti spalva šioje parodyti tapatybę būsenos problemų kurio nustatyta
        juosta spauskite reikšmė simbolių šiame viršuje šie visų būseną plotis palikti slaptažodį užduočių antraštės čia
        nerasta nes sąraše kitų kur spalvų vardas pavadinimu šios failas informaciją leidžia valdymo tęsti sąrašą neturi
        peržiūros būdu rodoma""",
    "sl": """je za na ali in se ni ki mogoče bo so ne da med lahko kot datoteke naj to datotek bodo možnost želite po ko če
        mape omogoča tudi ime iz od ta več način izberite nastavitev ob okno programa tem okna povezave jih možnosti biti
        pa datoteka podatkov ga vse samodejno pokaži uporabo seznam podrobnosti jo trenutno mapo vsebuje omogoči pri že
        voljo velikost uporabi bi pred tega število nastavitve najti predmet gumb mora obstaja dostop poskusite vrednosti
        ponovno podpira predmetov te prikaz podatki izbrisati privzeto nad datoteko še napake naslov onemogoči bila
        predmeta sta smeti zagon slike vedno vrste iskanje namesto morda napaka treba uporabiti bilo programov izbrana
        velikosti izbor imena vrednost besedilo strani spreminjanje pod oknu vrstico trajno povezavo vrstici upravljanje
        novo spremembe uporabite primer vsebino pogledu predmeti prikaže mapa seznama kako dejanje preden niso dovoljenja
        ustvariti seznamu primeru vrsta gumba čas mesto zahtevana geslo spremeniti ste odpiranje uporablja besedila ima
        prostora poteka polje prišlo znakov tipko vsi podatke brez ker dovoljenj strežnika izbranega zato naslova si
        prikazana pokaže imajo nazaj mesta drugo oziroma imenom ikone izbrano ustvari bil spodletelo kliknite gumbov
        uporabnik povezava meri kateri uporabljen premakni iskanja sistema premakniti mapi opreme prikazane uporabnika
        zahteva uporabljena""",
    "eu": """ez da du eta edo bat ezin behar den egin hau dira izan dago diren huts erakutsi nahi hautatutako duen erabili
        beste hautatu honek bada gisa aldatu aurkitu erabiliko duzu automatikoki soilik uneko fitxategia ari gabeko aukera
        ekintza ere guztiak errorea honetan dagoenean sortu egingo erabiltzen dagoen ezabatu sartu egon gehiago zure
        behera fitxategiak denean dituen izena kendu bere badago erabilgarri ikusi ala zerrenda ditu berriak azken
        lehenetsia ezarri fitxategi ondoren modua erabiltzeko aurreko ireki bertsioa egiten klik bertan saiatu dauden
        duten eduki dute baten nola atzeko tamaina onartzen hurrengo informazioa utzi zabalera bistaratu elementu bezala
        zein batzuk erakutsiko gabe jarri karpeta zehaztu mota baduzu izango ziur adibidez berria tekla arteko dituzu
        aukeratu gehitu baliogabea egoera egia batekin daiteke buruzko dezakezu hori baino erabiltzailearen beharko
        kolorea moduan leiho duzun edukia balio zaude informazio idatzi bitartean aldi honekin kargatu duzula botoia ahal
        testua dituzten datuak baina beharreko zaren irakurri bidali honako baterako erabilitako batera hauek arte
        bistaratuko urruneko delako eman bestela arabera izateko izenak jarraitu denbora berri daude honen betetzen
        ezarpenak adierazten dezake aldaketa erabil unean aurretik hasi mailako zerrendan erakusten emandako falta gaitu
        lehen aldatzeko batek zer egiteko artean ongi sarrerako beharbada aktibatuta exekutatzen ezabatzen hasierako
        bakarrik aldaketak sistemaren izen""",
    "gl": """de se non para que un os do ao unha da as ou é en no na está pode por ficheiro como esta ficheiros con seu lista
        cando nome erro máis dos este ten posíbel usar só das información eliminar hai sobre tipo son usuario co mostrar
        barra cambiar ser cartafol abrir debe isto súa poden prema novo xa vista debería automaticamente sistema
        seleccionar menú xanela tempo foi aplicación modo obter número configuración desde crear datos quere estado sen
        indica acción todos orde cor coa busca botón ver están elemento seleccionado nas entrada entre aos espazo desexa
        forma antes despois produciuse seleccione nos dun seguinte inicio tamaño localización texto neste mover nomes
        mesmo iniciar estar atopar buscar conta outros actualmente contrasinal elementos cartafoles ningún nun rede
        exemplo liña aplicacións polo formato cambios pantalla opción contido lixo servidor existe seus nova icona vez
        estabelecer calquera contén tecla estea chave tamén escriba pero enderezo xanelas deben activa usando valores
        versión uso nunha parte superior ningunha caracteres mostra outro sempre ter seleccionada cada predeterminado
        mensaxe executar rato permite seguro engadir nivel atopou hora traballo válido pola activado porque botóns dunha
        facer imaxe visualización escritorio valor todas área predeterminada activar fondo teclado ás preferencias""",
    "eo": """la de ne por en vi al estas kaj ĉu ĉi tiu montri dosierujo aŭ se povas forigi volas kiel dum eraro kun kiam el
        esti certe krei malfermi dosiero eblas dosierujon tiun bonvolu ĝi dosieron nur ĉiuj jam movi havas pli ĝin eblis
        ĉiujn ekzistas listo vido estos ke ilin dosierojn ĉar uzi estis elekti implicita okazis ŝanĝi tio ol pri da ĉiam
        nomo kopii malsukcesis fenestro elektitan kiu dosieroj elektitajn elektita restaŭri antaŭ sendi daŭre alian sed
        serĉi alia enhavas oni servilo ili post novan unu fenestron devus kiun aldoni kiuj devas informoj nomon agordi
        nova dosierujojn vian ŝalti subtenas viajn trovi elektu grando tiam loka nuna kampon erojn neniu sur novajn
        dosierujoj mesaĝo serĉante agordojn aŭtomate kalendaron provas alinomi valoroj deziras valida informojn je ankaŭ
        aliaj mesaĝojn enhavon malplena rubujo uzanto sama eble dato anstataŭ lanĉi tempo malfermos vera ĝiajn uzas
        mesaĝon kontroli novaj elektitaj atingi legi ŝlosilo aplikaĵo vidi speco enhavi baskuligas eventojn permesas loko
        reen evolucio kalendaro datumojn preparante konservi uzante tie filtri forigita ebla dosiernomojn anstataŭigi
        malplenigi taskon fenestroj liston sen krom nombron laste formo celo permesojn viaj problemo agordita fermi
        elektis adreso agordo kreante lokon nun apliki vidon noton taskolisto defora mem kreado""",
    "ru": """в для не и с или на к при по если как будет быть из это может чтобы вы использовать удалось время от только о
        будут файл что умолчанию ли этот нажмите можно выберите его имя этого файлов список после все показывать
        пользователя панели которые меню автоматически настройки когда режим списка нет файлы изменить должен изменения
        удалить данных используется могут значение а помощью панель создать то эта например окна у этой который
        установлено файла поиск но всех ввода можете открыть просмотра показать между уже записи они со установить больше
        поиска введите окно действия должно хотите клавиш он действие получить требуется нужно эту до является информацию
        режиме так сообщения данные просмотр найти некоторые эти отображения во содержимое приложения тип экрана их
        символов пароль необходимо существует есть также запись количество вам которых этом текст ошибка выбрать добавить
        запустить цвет следует информации используйте списке системы программы под имеет попробуйте рабочего доступа
        возможно об без выполнения перед включить размер папки виде проверить вас же разрешить клавиши состояние вместо
        несколько значения за нельзя установлен должны должна которое имена работы уровень другие печати приложение
        отображаться одного более строки сообщение настроек именем версии изменение часть кнопку того цвета элемент она
        окон выполнить комбинации выбора отображать следующие сохранить""",
    "uk": """для не на у з до або якщо і буде в та що за ви чи щоб цей час як які є бути при може про це від має його цього під
        списку можна користувача список програми показувати лише вдалося який значення використовувати із можете файлів
        меню файл даних після натисніть коли змінити панелі слід автоматично параметри можуть виберіть більше встановлено
        увімкнено зміни запису потрібно допомогою зі немає назви неможливо файли а дії встановити використання наприклад
        відкрити будуть дані запис показати їх пошуку пошук показано помилка панель між повідомлення створити керування
        вікно тип використовується файла вам назва вибрати часу стан цієї інші цю вікна ця також символів через визначає
        теки програм він системи завдання вже яку параметр всі режим колір яких отримати введіть було знайти режимі
        встановлення ці якого увімкнути вміст кнопку кількість вони деякі теку програму розмір переглянути клавіші тексту
        зображення показу попереднього виконати попередження завантаження вилучити пароль її такі користувач додати клавіш
        містить цій виконання використано запустити пристрій пункт перегляд мережі кнопки щодо перегляду вимкнено читання
        без новий доступу мають вашого параметрів дій програма перед версії списком текст налаштування цих знайдено по
        обліковий миші розташування ідентифікатор рядка отримання можливо змін так рядок джерела вибраний один екрана
        вікні вікон""",
    "bg": """на за да в се е не с и от може при или бъде дали ще този това към като до по ако файлове са трябва показване само
        грешка файл тази които име неуспешно бъдат който ли всички време папка със няма програмата когато сте избор
        програма файла която съдържа информация използва преглед че името искате адрес режим показва вече преди достъп
        съдържанието чрез папката го изберете прозорец търсене между папки стартиране натиснете бутон повече създаване
        което списък списъка автоматично настройките след настройки отваряне вид мишката ви ползва си има неправилен
        съществува изтриете обекти данни във лента обект връзка поддържа задаване натискане а кошчето права файловете нов
        изчистване промяна програми изглед парола връзката действие под изтриване му промените върху момента брой имената
        стандартен потребителя истина използване адреси менюто текст изисква устройство той файлът друг един иконата ги но
        можете много формат текущата лентата включване текста въведете зададено част бутона версия показват прозорецът
        състояние използват въвеждане определя избраните изгледа ниво икони стойности зареждане използвайте бутоните
        грешки могат комбинации добавяне местоположение събития стандартната мрежата сигурни винаги защото превключване
        изображения прозорци цвят задачи нова широчина работния място управление стойност липсва размер местоположението
        състоянието прозореца достатъчно допълнителни търси вместо знаци през настройка опитайте четене""",
    "sr": """да за у на се је и не или са ли бити ће могу када може који од није датотека ако датотеке су као из ово желите
        које само можете користи треба овај изаберите о што време при више програм приликом све програма садржи користите
        назив датотеку сте фасцикле ова фасциклу до која података прозор како број податке подешавања приказује мреже
        прозора по ставке коју ову већ садржај постоји би преглед прикажи списак дугме користити тренутно површи унутар
        фасцикли обришете уколико један ове а поново нису нема неће буде вредности мрежи овом ради списка списку могуће га
        трајно сам испод има тастер између још их пре приказ овлашћења текст текста места простора боје грешка овог преко
        миша поставите тако времена уместо потребно али грешке адресу адресе биће увек направите мора подржава можда радне
        покушајте кликните везу фасцикла уређај називом такође система коришћење вам други бисте постављено измене радњу
        смеће величину знакова самостално то врста након прегледу ставку врсте корисника проверите унос режим уређаја
        величина приступ укључено прегледа поље ћете ваше пречице овим без било изабране док ставки изабрани датум немате
        измените притисните зато нови према положај неки приказати овде над нове идентитета подешавање начин успео
        поставке покретање лозинку траке екрана""",
    "ar": """في من إذا على هذه لا إلى أو هذا عند كان أن ما التي قائمة يمكن غير الذي القائمة لم فيما يجب إن فقط عن يكون كانت عرض
        يتم المستخدم ملف بين أي النافذة اسم كل استخدام الحالي العنصر مع قد سيتم خطأ الرسالة عندما المجلد عدد و قبل عمود
        المنتقى الملف نص تريد زر اذا القيمة المهام تحديد موجود إنشاء انقر لون يحتوي العرض لها جديدة بانتقاء الافتراضي آخر
        الأحداث العناوين حذف ليس بعد صندوق تم لن النص تغيير طريق لعرض قيمة المعلومات المهمة به الحالة لهذه هو أنك صحيح
        هناك حتى فتح الوقت الإصدارة يحدد تحت تكون عنوان البحث المجلدات فوق الأدنى إظهار أثناء لهذا تحرير أمتأكد العمل حدث
        شريط مثل بالبكسل البرنامج إليه داخل مجلد الزر محتويات العنوان يمكنك نافذة بيانات فيها جميع الخط فيه انتقاء الأفقي
        العمودي أسلوب تعديل هنا معلومات دون الحد ترويسة واحد نوع الحالية إعدادات الشهر حول عناصر قوائم الحدث اعرض السر خط
        بعض ضبط تشغيل هي الخيار ولا حجم البريد الرسائل معاينة اللون موجودة منه كلمة الملفات مفتاح خانة للنافذة الأيقونة
        وضع العناصر أزرار المعروضة الشبكة مدير يوجد حوار الحجم الموقع موقع حالة نمط الاستيثاق مطلوب لـ رسالة السطر بسبب كـ
        الفراغ المشهد المفتاح تغييرات الافتراضية تحليل جزء أسماء بها نفس الأسفل""",
    "fa": """به از در برای را این و کنید که یا است یک با استفاده شده هنگام کار شود باشد تغییر روی نمایش شد حذف باید شکست کردن
        ممکن جدید داده نام نیست دیگر تنظیمات خواهد ایجاد کرد نشانی حساب صورت وارد کلید هیچ حال شوند انتخاب آن عنوان گزیده
        شما تنظیم پیش تا کرده زمان دارد خودکار زیر پیام شدن حالت فهرست نشده پیکربندی نشان فقط پس کلیک دهید نامعتبر
        پشتیبانی دست موجود شامل بودن دوردست کند دسترسی تلاش بار گذرواژه نمای وجود فراهم انداختن قرار زمانی نشد آغاز کاری
        تأیید مورد ارسال بود مشکل دارید مدیریت گشودن ادامه رنگ کاربر ندارد دوباره افزودن ویرایشگر مطمئنید پیدا فرستادن نه
        کاربری طریق سعی خطا لغو قابل تاریخ برگزینید بالا اگر خصوصی موقعیت شروع نیاز نگه تعداد برخی گرفتن خواهند لازم شوید
        اجازه گزینه همیشه اصلی بدون کارساز درخواست شخصی هر اجرای واپایش تمامی خالی اجرا ناتوان ویرایش هویت سامانه بگیرید
        داد پشتیبان ورود افتاده چاپ قالب شاخه رمزنگاری صفحه هنگامی تکلیف حاضر انجام رایانامه پرونده باشند تمام وضعیت
        یادداشت خطای رایانه اشتباه نتوانست بررسی پایان ولی بین وصل داشته منبع تصویر هستند دیده اوولوشن ساعت تغییرات خاطر
        خورد پیوست اعمال ابزار خدمت دیدن کلیدهای تقویم خوانده بازیابی نگارش ترتیب روشن محافظت""",
}
