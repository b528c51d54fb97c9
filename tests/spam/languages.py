"""What people of seven languages are called and write in forms; all of it is made up."""

# ruff: noqa: E501  # lists of names

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """Lists to choose from. `says` are whole sentences, in an order that means nothing."""

    country: str
    dial: str
    first: tuple[str, ...]
    last: tuple[str, ...]
    company: tuple[str, ...]
    title: tuple[str, ...]
    city: tuple[str, ...]
    short: tuple[str, ...]
    says: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


LANGUAGES: tuple[Language, ...] = (
    Language(
        "GB",
        "+44 20 7946 00",
        _words("Olivia Harriet Siobhan Priya Mohammed Graham Nigel Rhys Euan Yvonne Xanthe Zachary McKenzie Lynn"),
        _words(
            "Smith Featherstonehaugh MacDonald O'Brien Wright Knightley Patel Llewellyn Fitzgerald Hughes Pye Zhang"
        ),
        _lines("""Northgate Pumps Ltd
            J. Wright & Sons
            BrightWorks UK
            The Rhythm Rooms
            KPX Engineering
            Lynx Freight"""),
        _words("Director Buyer Engineer CFO Founder Accountant"),
        _words("Leeds Bristol Llandudno Glasgow"),
        _lines("""Call me please.
            Price?
            Any demo this week?
            Still waiting for a reply
            Hi
            Please send the brochure."""),
        _lines("""We are looking for a supplier of forty pumps for a new site.
            Could somebody ring me back this afternoon about a quote?
            Our current system ends in March and we need a replacement before that.
            Do you integrate with Salesforce and SAP?
            I found you through a colleague at the trade fair.
            How long does delivery take to Scotland?
            We'd like to see a demo for a team of twelve people.
            What does the maintenance contract cost per year?
            Please note that we cannot decide before the board meets in June.
            The guide on your website was really helpful, thanks.
            Is there a discount for charities?
            Can you also help us to get better results from our own search ads?
            Our marketing manager asked me to compare three vendors.
            The form on your pricing page gave me an error, so I write here."""),
    ),
    Language(
        "SE",
        "+46 8 123 45 ",
        _words("Eva Åsa Björn Örjan Hjördis Göran Märta Kjell Sven-Erik Linnea Ylva Nils Jörgen Agneta"),
        _words(
            "Svensson Björkqvist Hjälmarsson Ljungqvist Sjöström Åkerlund Wrångsjö Nyqvist Häggkvist Lindgren Kvist Öberg"
        ),
        _lines("""Älvsbyns Mekaniska AB
            Västkustens Rör
            Nordisk Fläkt & Värme
            Kjellströms Åkeri
            Tjörns Kraft
            IT-Gruppen Syd"""),
        _words("Inköpschef VD Projektledare Ekonomichef Driftchef Konsult"),
        _words("Göteborg Örnsköldsvik Malmö Växjö"),
        _lines("""Ring mig.
            Vad kostar det?
            Hej!
            Vill ha demo
            Skicka broschyr tack
            Återkom gärna."""),
        _lines("""Vi söker en leverantör av fyrtio pumpar till vår nya anläggning.
            Kan någon ringa mig i eftermiddag om en offert?
            Vårt nuvarande system sägs upp i mars och måste ersättas.
            Fungerar det ihop med Fortnox och Visma?
            Jag fick tips om er av en kollega på mässan.
            Hur lång är leveranstiden till Norrland?
            Vi vill gärna se en demonstration för tolv personer.
            Vad kostar ett serviceavtal per år?
            Vi kan inte besluta något förrän styrelsen har träffats i juni.
            Guiden var mycket bra, tack för den.
            Finns det rabatt för föreningar?
            Självkostnadspris eller fast pris, vilket gäller?
            Behöver hjälp med upphandlingsunderlag och kvalitetssäkring.
            Formuläret på prissidan fungerade inte, därför skriver jag här."""),
    ),
    Language(
        "NO",
        "+47 22 12 34 ",
        _words("Ingrid Håkon Øyvind Kjersti Sverre Solveig Bjørn Åshild Torbjørn Ragnhild Trygve Siv Jørgen Gro"),
        _words("Hansen Bjørkmo Skjelbred Fjeldstad Grønvold Kvamme Østby Hjelmeseth Strømsnes Brekke Tveit Sæther"),
        _lines("""Fjordkraft Pumper AS
            Bergen Rørservice
            Hjelmås Bygg
            Nordlys Regnskap
            Skjærgård Drift
            Tromsø Vann"""),
        _words("Innkjøper Daglig-leder Prosjektleder Økonomisjef Driftsleder Rådgiver"),
        _words("Bergen Tromsø Ålesund Hønefoss"),
        _lines("""Ring meg.
            Hva koster det?
            Hei
            Ønsker demo
            Send brosjyre takk
            Kan dere svare?"""),
        _lines("""Vi ser etter en leverandør av førti pumper til det nye anlegget.
            Kan noen ringe meg i ettermiddag om et tilbud?
            Avtalen vår går ut i mars, og vi trenger noe nytt før det.
            Virker det sammen med Tripletex?
            Jeg fikk høre om dere av en kollega på messen.
            Hvor lang er leveringstiden til Finnmark?
            Vi vil gjerne se en demonstrasjon for tolv personer.
            Hva koster en serviceavtale i året?
            Styret møtes først i juni, så vi kan ikke bestemme noe nå.
            Veilederen var veldig nyttig, takk.
            Har dere rabatt for idrettslag?
            Gjelder prisen også for borettslag?
            Vi har skjærtoleranser som må dokumenteres.
            Skjemaet på prissiden virket ikke, derfor skriver jeg her."""),
    ),
    Language(
        "DK",
        "+45 33 12 34 ",
        _words("Mette Søren Lærke Jørgen Kirstine Rasmus Bodil Åge Frederikke Niels Ulla Thyge Signe Preben"),
        _words(
            "Nielsen Kjærgaard Rasmussen Ørsted Skovgaard Højgaard Bjerregaard Vestergaard Møller Krogh Schmidt Gregersen"
        ),
        _lines("""Vestjysk Pumpeservice ApS
            Aarhus Rør og Varme
            Højgaards Maskiner
            Fynske Frø
            Sønderby Kloak
            København VVS"""),
        _words("Indkøber Direktør Projektleder Økonomichef Driftsleder Konsulent"),
        _words("Aarhus Tønder København Sønderborg"),
        _lines("""Ring til mig.
            Hvad er prisen?
            Hej
            Vil gerne se en demo
            Send brochure, tak
            Mangler stadig svar"""),
        _lines("""Vi søger en leverandør af fyrre pumper til et nyt anlæg.
            Kan nogen ringe til mig i eftermiddag om et tilbud?
            Vores aftale udløber i marts, og vi skal have noget nyt inden da.
            Virker det sammen med e-conomic?
            En kollega på messen anbefalede jer.
            Hvor lang er leveringstiden til Bornholm?
            Vi vil gerne se en fremvisning for tolv personer.
            Hvad koster en serviceaftale om året?
            Bestyrelsen mødes først i juni, så vi kan ikke beslutte noget nu.
            Guiden var meget nyttig, tak.
            Giver I rabat til foreninger?
            Er det muligt at få prøveperioden forlænget?
            Vi har brug for kvalitetssikring af vandværksdriften.
            Formularen på prissiden virkede ikke, så jeg skriver her."""),
    ),
    Language(
        "NL",
        "+31 20 123 45",
        _words("Anneke Joost Sjoerd Wilhelmina Thijs Mirjam Gijs Femke Ruud Hendrik Ymkje Daan Geertruida Pieter"),
        _words(
            "Jansen Vrijdag Schrijver Dijkstra Hoekstra Wijngaarden Knijnenburg Zijlstra Verschuren Kuijpers Bosch Vink"
        ),
        _lines("""Van Dijk Pompen B.V.
            Zuidwijk Techniek
            Rijnmond Installaties
            Gebroeders Vrijhof
            Kwaliteit & Zn.
            Schiphol Logistiek"""),
        _words("Inkoper Directeur Projectleider Controller Bedrijfsleider Adviseur"),
        _words("Utrecht Nijmegen 's-Hertogenbosch Zwolle"),
        _lines("""Bel mij terug.
            Wat kost het?
            Hallo
            Graag een demo
            Stuur de brochure aub
            Nog geen antwoord gehad"""),
        _lines("""Wij zoeken een leverancier van veertig pompen voor een nieuwe locatie.
            Kan iemand mij vanmiddag bellen over een offerte?
            Ons contract loopt in maart af en we hebben daarvoor iets nieuws nodig.
            Werkt het samen met Exact en AFAS?
            Een collega op de beurs heeft jullie aangeraden.
            Hoe lang is de levertijd naar Zeeland?
            Wij willen graag een demonstratie voor twaalf personen.
            Wat kost een onderhoudscontract per jaar?
            Het bestuur komt pas in juni bijeen, dus nu kunnen we niets beslissen.
            De gids was erg nuttig, bedankt.
            Is er korting voor verenigingen?
            Geldt de prijs ook voor woningcorporaties?
            Wij hebben een kwaliteitsbewakingssysteem dat gekoppeld moet worden.
            Het formulier op de prijspagina werkte niet, vandaar dit bericht."""),
    ),
    Language(
        "DE",
        "+49 30 1234 5",
        _words(
            "Ursula Jürgen Käthe Friedrich Björn Sabine Günther Annegret Holger Ulrike Wolfgang Heinz-Georg Jörg Silke"
        ),
        _words(
            "Müller Schwarzschild Pfannkuch Schröder Knöpfle Weißhaupt Hirschsprung Dvorschak Schmidtke Fuchs Krüger Zschoche"
        ),
        _lines("""Schwäbische Pumpenwerke GmbH
            Pfaff & Söhne KG
            Rohrtechnik Nord
            Kärcher-Schmidt
            Wirtschaftsprüfung Weiß
            Glückauf Bergbau"""),
        _words("Einkäufer Geschäftsführer Projektleiter Buchhaltung Betriebsleiter Berater"),
        _words("Stuttgart Würzburg Schwäbisch-Gmünd Köln"),
        _lines("""Bitte um Rückruf.
            Was kostet das?
            Hallo
            Hätte gern eine Demo
            Bitte Prospekt schicken
            Noch keine Antwort erhalten"""),
        _lines("""Wir suchen einen Lieferanten von vierzig Pumpen für einen neuen Standort.
            Kann mich heute Nachmittag jemand wegen eines Angebots anrufen?
            Unser Vertrag läuft im März aus, bis dahin brauchen wir etwas Neues.
            Gibt es eine Schnittstelle zu DATEV und SAP?
            Ein Kollege auf der Messe hat Sie empfohlen.
            Wie lange dauert die Lieferung nach Oberösterreich?
            Wir möchten gern eine Vorführung für zwölf Personen.
            Was kostet ein Wartungsvertrag im Jahr?
            Der Vorstand tagt erst im Juni, vorher können wir nichts entscheiden.
            Der Leitfaden war sehr hilfreich, vielen Dank.
            Gibt es Rabatt für Vereine?
            Gilt der Preis auch für die Abwasserbehandlungsanlage?
            Rechtsschutzversicherungsgesellschaften sind unsere Kunden.
            Das Formular auf der Preisseite ging nicht, daher schreibe ich hier."""),
    ),
    Language(
        "PL",
        "+48 22 123 45 ",
        _words(
            "Agnieszka Krzysztof Małgorzata Zbigniew Grzegorz Świętosława Jerzy Wojciech Żaneta Przemysław Ewa Łukasz Szczepan Jadwiga"
        ),
        _words(
            "Kowalski Szczepański Brzęczyszczykiewicz Wójcik Chrząszcz Krzywonos Źdźbło Wrzesiński Dąbrowska Trzciński Mszczuj Nowak"
        ),
        _lines("""Pomptech Sp. z o.o.
            Zakład Przetwórczy Wschód
            Wrocławskie Wodociągi
            Chrzan i Synowie
            Szczecin Logistyka
            Grześ Transport"""),
        _words("Kupiec Prezes Kierownik Księgowa Inżynier Doradca"),
        _words("Wrocław Szczecin Rzeszów Bydgoszcz"),
        _lines("""Proszę o telefon.
            Jaka cena?
            Dzień dobry
            Chcę demo
            Proszę przysłać folder
            Nadal czekam na odpowiedź"""),
        _lines("""Szukamy dostawcy czterdziestu pomp do nowego zakładu.
            Czy ktoś może zadzwonić do mnie po południu w sprawie oferty?
            Nasza umowa kończy się w marcu i potrzebujemy czegoś nowego.
            Czy system współpracuje z Comarch i Symfonią?
            Polecił mi państwa kolega na targach.
            Jaki jest czas dostawy do Rzeszowa?
            Chcielibyśmy zobaczyć prezentację dla dwunastu osób.
            Ile kosztuje umowa serwisowa na rok?
            Zarząd zbiera się dopiero w czerwcu, więc teraz nie możemy zdecydować.
            Przewodnik był bardzo pomocny, dziękuję.
            Czy jest zniżka dla stowarzyszeń?
            Czy cena obejmuje również przepompownie?
            Przedsiębiorstwo zajmuje się przetwórstwem zbóż.
            Formularz na stronie z cennikiem nie działał, dlatego piszę tutaj."""),
    ),
)
