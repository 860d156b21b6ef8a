"""Language by function words and scripts; abstention on code, formulas and lists."""

from __future__ import annotations

import pytest

from quality.scores import score_document

SENTENCES = {
    "en": "The derivative of a function is the limit of the difference quotient as the step goes to zero, if it exists at all.",
    "de": (
        "Die Ableitung einer Funktion ist der Grenzwert des Differenzenquotienten, wenn die Schrittweite gegen null geht "
        "und er existiert."
    ),
    "fr": (
        "La dérivée d'une fonction est la limite du taux d'accroissement quand le pas tend vers zéro, pour les points où "
        "elle existe."
    ),
    "es": (
        "La derivada de una función es el límite del cociente de las diferencias cuando el paso tiende a cero, si es que existe."
    ),
    "it": (
        "La derivata di una funzione è il limite del rapporto incrementale quando il passo tende a zero, se questo limite esiste."
    ),
    "pt": (
        "A derivada de uma função é o limite do quociente das diferenças quando o passo tende para zero, e isso não é "
        "sempre possível."
    ),
    "nl": (
        "De afgeleide van een functie is de limiet van het differentiequotiënt als de stap naar nul gaat, en die bestaat "
        "niet altijd."
    ),
    "sv": (
        "Derivatan av en funktion är gränsvärdet av differenskvoten när steget går mot noll, och det är inte alltid som "
        "det finns."
    ),
    "da": (
        "Den afledede af en funktion er grænseværdien af differenskvotienten, når skridtet går mod nul, og den findes "
        "ikke altid, hvis man ser efter."
    ),
    "fi": (
        "Funktion derivaatta on erotusosamäärän raja-arvo, kun askel lähestyy nollaa, ja se ei ole aina olemassa, mutta "
        "tämä on usein niin."
    ),
    "pl": (
        "Pochodna funkcji jest to granica ilorazu różnicowego, gdy krok dąży do zera, ale nie zawsze istnieje i nie jest "
        "ona dla nas ważna."
    ),
    "cs": (
        "Derivace funkce je limita podílu diferencí, když se krok blíží k nule, ale ta nemusí být vždy a pro nás to není "
        "důležité, které jsou."
    ),
    "hu": (
        "A függvény deriváltja a különbségi hányados határértéke, ha a lépés nullához tart, és ez nem minden esetben "
        "létezik, csak ha jó."
    ),
    "ro": (
        "Derivata unei funcții este limita raportului de diferențe când pasul tinde la zero, dar aceasta nu există în "
        "toate cazurile și nu se poate."
    ),
    "tr": (
        "Bir fonksiyonun türevi, adım sıfıra giderken fark oranının limiti olarak tanımlanır ve bu limit her zaman var "
        "olan bir şey değil."
    ),
    "id": (
        "Turunan dari sebuah fungsi adalah limit dari hasil bagi selisih ketika langkah menuju nol, dan limit itu tidak "
        "selalu ada untuk semua."
    ),
    "vi": (
        "Đạo hàm của một hàm số là giới hạn của tỉ số giữa hai hiệu khi bước tiến về không, và giới hạn đó không phải là "
        "luôn có với các hàm."
    ),
    "ru": (
        "Производная функции это предел отношения приращений, когда шаг стремится к нулю, но он не всегда существует, и "
        "это нужно для всех."
    ),
    "uk": (
        "Похідна функції це границя відношення приростів, коли крок прямує до нуля, але вона не завжди існує, та це для "
        "нас або що."
    ),
    "bg": (
        "Производната на функция е границата на отношението, когато стъпката клони към нула, но тя не винаги съществува и "
        "това може да се каже за всички."
    ),
    "el": "Η παράγωγος μιας συνάρτησης είναι το όριο του λόγου των διαφορών όταν το βήμα τείνει στο μηδέν.",
    "ar": (
        "مشتقة الدالة هي نهاية نسبة الفرق عندما تؤول الخطوة إلى الصفر، و هذا لا يمكن في كل نقطة من المجال على ما هو معروف "
        "عن الدوال التي لا تقبل ذلك."
    ),
    "fa": (
        "مشتق یک تابع حد نسبت تفاضلی است که در آن گام به صفر می رسد و این حد را همیشه نمی توان از تابع به دست آورد اما با "
        "آن کار می شود."
    ),
    "he": "הנגזרת של פונקציה היא הגבול של מנת ההפרשים כאשר הצעד שואף לאפס אם הגבול הזה קיים בכלל",
    "hi": "किसी फलन का अवकलज अंतर भागफल की सीमा है जब चरण शून्य की ओर जाता है यदि यह सीमा मौजूद हो",
    "ja": "関数の導関数は、ステップがゼロに近づくときの差分商の極限であり、常に存在するとは限りません。",
    "zh": "函数的导数是当步长趋于零时差商的极限，这个极限并不总是存在，但是在许多情况下我们可以证明它存在。",
    "ko": "함수의 도함수는 간격이 영으로 갈 때 차분 몫의 극한이며 이 극한이 항상 존재하는 것은 아니다 라고 한다.",
    "nb": (
        "Den deriverte av en funksjon er grenseverdien av differansekvotienten når skrittet går mot null, og den finnes ikke "
        "alltid, men hvis man ser etter, blir det klart hva som mangler."
    ),
    "sk": "Derivácia funkcie je limita podielu diferencií, keď sa krok blíži k nule, ale nie je vždy známa a treba ju overiť.",
    "hr": "Derivacija funkcije jest limes kvocijenta razlika kada korak teži nuli, ali on ne mora uvijek postojati, što je to.",
    "sr": "Извод функције је гранична вредност количника разлика када корак тежи нули, али он не мора увек да постоји.",
    "ca": "La derivada d'una funció és el límit del quocient de les diferències quan el pas tendeix a zero, si és que existeix.",
    "gl": "A derivada dunha función é o límite do cociente das diferenzas cando o paso tende a cero, se é que ese límite existe.",
    "eu": "Funtzio baten deribatua diferentzien zatiduraren limitea da, urratsa zerora doanean, eta ez da beti existitzen.",
    "eo": "La derivaĵo de funkcio estas la limo de la diferenca kvociento, kiam la paŝo iras al nulo, sed ĝi ne ĉiam ekzistas.",
    "et": "Funktsiooni tuletis on diferentside suhte piirväärtus, kui samm läheneb nullile, kuid see ei ole alati olemas.",
    "lv": "Funkcijas atvasinājums ir starpību attiecības robeža, kad solis tiecas uz nulli, bet tā ne vienmēr ir un var nebūt.",
    "lt": "Funkcijos išvestinė yra skirtumų santykio riba, kai žingsnis artėja prie nulio, bet ji ne visada yra ir gali nebūti.",
    "sl": "Odvod funkcije je limita količnika razlik, ko gre korak proti nič, vendar ta ne obstaja vedno in je lahko tudi druga.",
    "th": "อนุพันธ์ของฟังก์ชันคือลิมิตของผลต่างหารเมื่อขั้นเข้าใกล้ศูนย์ถ้าลิมิตนี้มีอยู่จริง",
}


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_one_sentence_is_enough(code: str) -> None:
    scored = score_document(SENTENCES[code])
    assert scored["language"] == code
    assert 0 < scored["language_confidence"] <= 1


@pytest.mark.parametrize("code", ["en", "fr", "ru", "zh"])
def test_formulas_and_code_around_it_change_nothing(code: str) -> None:
    around = f"$$\\int_a^b f(x)\\,dx$$\n\n{SENTENCES[code]}\n\n```\nif the of and to in is that: return\n```\n"
    assert score_document(around)["language"] == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x y z",
        "$$a^2 + b^2 = c^2$$",
        "```\nfor the of and to in is that it\n```",
        "apple banana cherry lemon orange grape melon peach plum pear quince date lime mango papaya fig kiwi berry",
        "get_value set_value has_value del_value QWidget QObject QString std vector size begin end data push_back erase",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23",
    ],
)
def test_abstains_where_there_is_no_running_text(text: str) -> None:
    scored = score_document(text)
    assert scored["language"] is None
    assert scored["language_confidence"] == 0


def test_the_head_of_an_index_is_no_language() -> None:
    """Single letters are words in many languages: an index of Sage was Slovenian."""
    heads = " | ".join("ABCDEFGHIJKLMNOPRSTUVWZ")
    entries = "\n".join(f"- {name}() (sage.modular.{name}.{name.title()}Element method)" for name in ("acton", "block", "diag"))
    assert score_document(f"# Index\n\n{heads}\n\n{entries * 3}")["language"] in (None, "en")


def test_a_few_words_of_danish_are_not_norwegian() -> None:
    danish = "Hvad er det, der ikke kan blive til noget? Jeg ved ikke, hvad der er sket med dem, men nogle af dem kom efter os."
    norwegian = "Hva er det som ikke kan bli til noe? Jeg vet ikke hva som har skjedd med dem, men noen av dem kom etter oss."
    assert [score_document(text)["language"] for text in (danish, norwegian)] == ["da", "nb"]


def test_abstains_on_source_files() -> None:
    assert score_document(SENTENCES["en"], kind="code")["language"] is None
