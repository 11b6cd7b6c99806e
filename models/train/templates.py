"""Template sentences: fills the frames of frames.py and writes results sentences.

`sample(n, seed)` gives n distinct (text, label) pairs, a third of each label
nearly: results up and down against a year earlier (with the sign reversed for
costs, losses, debt), and the three readings of every frame. Companies, people
and figures are invented; an entity never decides a label, because every slot is
filled the same way for all three. A part of the sentences gets surface noise:
case, typos, tickers, datelines, spaced punctuation, a neutral sentence added.

    python templates.py N SEED        print a sample
"""
import collections
import random
import re
import sys

import compared
import frames
import kinds
import measures
import phrases
import turns

LABELS = {"negative": 0, "neutral": 1, "positive": 2}

STEMS = """Norvik Altero Halmar Kestrel Brightwater Solvena Tarmo Lunde Veritek Aurelia Pinecrest
Sundholm Okavia Meridon Calder Fjordline Ravelin Osterby Quantera Halcyon Tressel Bellmont
Kiviranta Lehtola Savosten Talvio Mertala Ruukinen Ostermark Grandal Vantor Ilmarin Delphine
Korvex Marisol Tunstall Hargrove Westmere Penrose Ashdown Lindqvist Sorensen Haverkamp
Drachten Montalba Pirelta Castellane Varenne Dufort Navarra Ebrolin Zelkova Tamarind Indura
Sunrise Shakti Bharatia Kaveri Nilgiri Okinaga Hoshida Minato Seiryo Daewon Hanbit Pacifica
Redwood Summit Granite Cascade Liberty Pioneer Beacon Northgate Evergreen ACME Globex Initech
Umbra Vestra Corvina Stellar Orbita Nimbus Zephyr Polarix Arctos Baltika Daugava Narva Kaunis
Vilnora Tallest Gdansko Wislana Moravia Danubia Tisza Carpatia Balkan Hellena Ionia Anatol
Cedar Levantis Nilex Atlas Sahel Kilima Zambesi Protea Karoo Condor Andina Pampa Amazona
Azteka Maple Prairie Borealis Tundra""".split()
KINDS = """Steel Foods Energy Bank Telecom Pharma Logistics Shipping Retail Motors Paper Software
Insurance Airlines Mining Textiles Chemicals Media Properties Systems Holdings Group Cement Power
Electronics Breweries Robotics Biotech Finance Engineering Semiconductors Hotels""".split()
SUFFIX = ["Oyj", "Oy", "Abp", "AB", "ASA", "A/S", "AG", "SE", "SA", "SpA", "plc", "Ltd", "Inc.",
          "Corp.", "NV", "Group", "Corporation", "Limited", "Holding"]
SECTORS = """steel|paper|shipping|banking|retail|mobile phones|forestry|construction|mining|car parts|
air travel|insurance|software|real estate|chipmaking|food|textiles|wind power|oil and gas|
pharmaceuticals|telecoms|tourism|cement|packaging|health care|agriculture|logistics""".replace("\n", "").split("|")
THINGS = """heat pumps|valves|electric buses|lifts|harvesters|paper machines|smartphones|a payment app|
mobile networks|a cancer drug|a vaccine|solar panels|wind turbines|diesel engines|fishing gear|kitchen knives|
cloud software|frozen pizza|sports shoes|baby strollers|car tyres|batteries|steel pipes|cardboard boxes|
packaging board|medical scanners|forklifts|an electric car|yoghurt|organic milk|cranes|circuit boards|
insulation panels|base stations|ferry services|an index fund|security software|magazines|rolling stock|
data centre cooling|drilling rigs|a diabetes drug|enterprise software|plastic packaging|mortgages""".replace("\n", "").split("|")
PRODUCTS = """two container ships|60 buses|the power plant's boilers|a paper machine|the automation system|
lifts and escalators|a wastewater plant|40 wind turbines|network equipment|an enterprise system|
the foundation work|12 cranes|the ventilation of a hospital|signalling equipment|steel structures|
a cruise ferry|passenger information systems|a biogas plant|the heating network|test equipment|
1,200 smart meters|office furniture|frequency converters|radio equipment|a sawmill line|
the construction of a school|a shopping centre|train maintenance|IT services""".replace("\n", "").split("|")
CUSTOMERS = """the city of {city}|a shipowner in {country}|the state railway|a utility in {country}|{co2}|
a carmaker in {country}|the defence ministry|a hospital district|the port of {city}|{co2}|
a leading operator in {country}|{co2}|an oil company|the {city} metro""".replace("\n", "").split("|")
COUNTRIES = """Finland|Sweden|Norway|Denmark|Estonia|Latvia|Lithuania|Germany|Poland|Russia|France|Spain|
Italy|Portugal|Britain|Ireland|the Netherlands|Belgium|Austria|Hungary|Romania|Turkey|India|China|Japan|
South Korea|Vietnam|Indonesia|Brazil|Mexico|Chile|Canada|the United States|South Africa|Egypt|Nigeria|
Saudi Arabia|Australia""".replace("\n", "").split("|")
CITIES = """Tampere|Oulu|Turku|Espoo|Stockholm|Malmo|Oslo|Bergen|Aarhus|Tallinn|Riga|Vilnius|Gdansk|Hamburg|
Leipzig|Lyon|Bilbao|Turin|Porto|Leeds|Cork|Rotterdam|Ghent|Graz|Gyor|Izmir|Pune|Chennai|Mumbai|Shanghai|
Osaka|Busan|Hanoi|Jakarta|Recife|Monterrey|Santiago|Toronto|Houston|Detroit|Durban|Cairo|Lagos|Perth|
St Petersburg""".replace("\n", "").split("|")
MONTHS = """January February March April May June July August September October November December""".split()
PEOPLE = """Anna Lindholm|Mikko Salonen|Jan de Boer|Petra Vogel|Luis Ferrer|Claire Martin|Raj Iyer|Mei Tanaka|
John Carver|Susan Boyd|Ole Hansen|Eva Nowak|Paul Adeyemi|Marta Rossi|Kim Seo-yun|Tom Bradley|Laura Chen|
Henrik Falk|Sanjay Rao|Ingrid Moe""".replace("\n", "").split("|")
TITLES = ["CEO", "CFO", "chief executive", "managing director", "chairman", "finance chief",
          "sales director", "president and CEO"]
BANKS = ["Hollis Bank", "Nordea Hill", "Carrow Securities", "Banque Lemaire", "First Harbour",
         "Delta Capital", "Osborne & Pike", "Mandarin Trust", "Kestrel Pension Fund"]
AGENCIES = ["Moody's", "S&P", "Fitch", "The rating agency", "DBRS"]
UP_GOOD = """net profit|operating profit|pretax profit|profit before tax|net sales|turnover|revenue|sales|EBIT|
EBITDA|earnings per share|net interest income|gross profit|order intake|operating margin|cash flow|
order backlog|new orders|profit|net income|fee income|passenger traffic|comparable sales|
quarterly profit|rental income|return on equity|market share|premium income""".replace("\n", "").split("|")
UP_BAD = """net loss|operating loss|pretax loss|loss before tax|costs|operating expenses|net debt|credit losses|
loan losses|bad loans|raw material costs|customer complaints|absenteeism|loss|quarterly loss|
non-performing loans|debt|interest costs|the claims ratio|inventory write-downs""".replace("\n", "").split("|")
PERIODS = """the first quarter|the second quarter|the third quarter|the fourth quarter|the first half|
the review period|January-March|January-June|July-September|January-September|Q1|Q2|Q3|Q4|2009|2014|2019|
the full year|H1|April-June|the quarter""".replace("\n", "").split("|")
PRIORS = """a year earlier|a year ago|the previous year|the corresponding period a year earlier|
the same period last year|the year-ago quarter|the comparison period|the same quarter a year earlier|
the previous quarter|the year before""".replace("\n", "").split("|")

# Results: {M} metric, {new} and {old} figures, [up//down] words; label from the sign of the metric.
RESULTS = """
{Co}'s {M} {~rose|grew|increased|climbed|improved~fell|declined|dropped|decreased|shrank~} to {new} {in {period}|} from {old} in {prior}.
{M} of {Co} {~increased|went up|rose~decreased|went down|fell~} {by |}{pct} {to {new}|year on year}.
{M} {~rose|was up|grew|jumped|surged|soared~fell|was down|slid|tumbled|slumped|plunged~} {pct} to {new}{| in {period}}.
{M} {totalled|amounted to|was|came to|reached} {new}, {~up~down~} from {old} in {prior}.
{M} {totalled|amounted to|was|came to} {new}, compared {to|with} {old} in {prior}.
{Co} {posted|reported|recorded|booked} {m} of {new} {in|for} {period}, {compared with|against|versus|vs} {old} {in {prior}|}.
In {period}, {Co}'s {m} {~rose|increased|grew|more than doubled~fell|decreased|was cut in half~} to {new}, from {old}.
{M} {~more than doubled|nearly doubled|tripled|grew by half|rose sharply|hit a record high~more than halved|was nearly halved|fell by two thirds|shrank by half|fell sharply|hit a record low~} {in {period}|year on year}.
{Co} {tick2} {period} {m} {~up|rises|jumps|climbs|grows~down|falls|drops|slips|declines~} {pct} {to {new}|}
{Co} says {m} {~up|rose|increased~down|fell|decreased~} {pct} {in {period}|}
{M} {~widened|swelled|crept up~narrowed|contracted|eased~} to {new} from {old}{| in {prior}}.
{Co} expects {m} to {~increase|rise|grow~decrease|fall|shrink~} {by {pct}|} {in {period}|this year}.
{M} is {expected|forecast|likely} to {~rise|exceed last year's level|increase~fall|stay below last year's level|decrease~}{| in {period}}.
{Co} {~saw|had~saw|had~} {m} {~rise|climb|go up~fall|drop|go down~} for the {third|fourth|fifth} {quarter|year} in a row.
The {~rise|increase|growth~fall|decrease|decline~} in {m} {came as a surprise|was {pct}|continued in {period}}{| at {Co}}.
{M} for {period} {~rose|increased~fell|decreased~} to {new}, while net sales were {flat|unchanged} at {amt}.
"""
FLAT = """
{Co}'s {m} {was|were} unchanged at {new} in {period}.
{M} {totalled|amounted to|was|came to} {new} in {period}.
{M} in {period} {totalled|amounted to|was} {new}, the same as in {prior}.
{Co} will {report|publish|disclose} its {m} for {period} on {date}.
{Co} reports {m} by {segment|country|business area}.
{M} {is|are} stated {before|after} {tax|one-off items}.
{M} {neither rose nor fell|stayed flat|stood at {new}, as in {prior}}.
{Co} has {net sales|annual turnover|revenue} of {amt} and {n} employees.
The {figure|number} for {m} does not include {co2}.
{Co} {period} {m} at {new}
{M} {is|are} expected to {be at the same level as last year|stay unchanged}.
"""

STYLES = [("EUR {} mn", 1), ("EUR {} million", 1), ("{} million euros", 1), ("EUR{}m", 1),
          ("${} million", 1), ("USD {} mn", 1), ("${}M", 1), ("£{}m", 1), ("SEK {}m", 10),
          ("SEK {} million", 10), ("Rs {} crore", 10), ("Rs {} cr", 10), ("NOK {} mln", 10),
          ("{} billion yen", 1), ("EUR {} bn", .1), ("${} billion", .1), ("{} mln euro", 1)]
CHOICE = re.compile(r"\{([^{}]*\|[^{}]*)\}")
SIGNED = re.compile(r"\{~([^~]*)~([^~]*)~\}")
LOWER = re.compile(r"(?<=[a-z,;] )The (company|group|firm|" + "|".join(phrases.ROLES) + r")\b")
SLOT = re.compile(r"\{([A-Za-z0-9]+)\}")


def number(rng, low, high):
    x = low * (high / low) ** rng.random()
    return f"{x:,.0f}" if x >= 100 or rng.random() < 0.25 and x >= 5 else f"{x:.1f}"


def company(rng):
    name = rng.choice(STEMS)
    if rng.random() < 0.5:
        name += " " + rng.choice(KINDS)
    if rng.random() < 0.35:
        name += " " + rng.choice(SUFFIX)
    return name


def date(rng):
    day, month = rng.randint(1, 28), rng.choice(MONTHS)
    return rng.choice([f"{day} {month}", f"{month} {day}", f"{month} {day}, {rng.randint(2005, 2024)}",
                       f"{day} {month} {rng.randint(2005, 2024)}", "Monday", "Thursday"])


def figures(rng, metric):
    """A larger and a smaller figure in one style."""
    if "margin" in metric or "return on" in metric or "share" == metric.split()[-1] and "market" in metric \
            or "ratio" in metric:
        low, style = rng.uniform(1, 15), rng.choice(["{}%", "{} percent", "{} per cent"])
        high = low * rng.uniform(1.05, 2.2)
    elif "per share" in metric:
        low, style = rng.uniform(.05, 3), rng.choice(["EUR {}", "{} euros", "${}", "{}"])
        high = low * rng.uniform(1.05, 2.5)
        return style.format(f"{high:.2f}"), style.format(f"{low:.2f}")
    else:
        style, scale = rng.choice(STYLES)
        low = 0.5 * 2000 ** rng.random() * scale
        high = low * rng.uniform(1.04, 3)
    show = (lambda x: f"{x:,.0f}") if low > 150 else (lambda x: f"{x:.1f}")
    if show(high) == show(low):
        high = low * 1.5 + 1
    return style.format(show(high)), style.format(show(low))


def fill(frame, rng, extra=None):
    """Chooses and fills until no braces are left."""
    v = dict(extra or {})
    v.setdefault("m", rng.choice(UP_GOOD[:12]))

    def slot(found):
        name = found.group(1)
        if name in v:
            return v[name]
        return {
            "Co": lambda: v.setdefault("Co", company(rng) if rng.random() < .85 else
                                       rng.choice(["The company", "The group", "The firm"])),
            "co2": lambda: v.setdefault("co2", company(rng)),
            "country": lambda: rng.choice(COUNTRIES), "city": lambda: rng.choice(CITIES),
            "sector": lambda: rng.choice(SECTORS), "thing": lambda: rng.choice(THINGS),
            "product": lambda: rng.choice(PRODUCTS), "cust": lambda: rng.choice(CUSTOMERS),
            "month": lambda: rng.choice(MONTHS), "date": lambda: date(rng),
            "year": lambda: str(rng.randint(1950, 2026)), "person": lambda: rng.choice(PEOPLE),
            "title": lambda: rng.choice(TITLES), "bank": lambda: rng.choice(BANKS),
            "agency": lambda: rng.choice(AGENCIES), "period": lambda: rng.choice(PERIODS),
            "prior": lambda: rng.choice(PRIORS), "n2": lambda: str(rng.randint(3, 58)),
            "n": lambda: f"{int(20 * 2000 ** rng.random()):,}",
            "amt": lambda: (lambda s: s[0].format(number(rng, .5 * s[1], 900 * s[1])))(rng.choice(STYLES)),
            "price": lambda: rng.choice(["EUR {}", "{} euros", "${}", "Rs {}"]).format(
                f"{.1 * 900 ** rng.random():.2f}"),
            "pct": lambda: rng.choice(["{}%", "{} percent", "{} per cent", "{} pct"]).format(
                number(rng, .6, 60)),
            "tick": lambda: "".join(rng.choice("ABCDEFGHKLMNOPRSTUVX") for _ in range(rng.choice([3, 4]))),
            "tick2": lambda: "",
        }[name]()

    text, before = frame, None
    while text != before:
        before = text
        text = CHOICE.sub(lambda f: rng.choice(f.group(1).split("|")), SLOT.sub(slot, text))
    text = re.sub(r"\s+([.,])", r"\1", " ".join(text.split()))
    text = LOWER.sub(r"the \1", text)
    text = re.sub(r"\b(loans|losses|costs|orders|expenses|complaints|write-downs) (was|is)\b",
                  lambda f: f.group(1) + (" were" if f.group(2) == "was" else " are"), text)
    text = re.sub(r"\b[Tt]he (the|Q\d|H1|January|April|July|20)", r"The \1", text).replace("The the", "The")
    text = text.replace("..", ".")
    return text[0].upper() + text[1:]


def result(rng):
    """A results sentence and its label: the metric's sign times the direction."""
    if rng.random() < 0.22:
        metric = rng.choice(UP_GOOD + UP_BAD)
        return fill(rng.choice(RESULT_FLAT), rng, names(rng, metric)), 1
    good, up = rng.random() < 0.6, rng.random() < 0.5
    metric = rng.choice(UP_GOOD if good else UP_BAD)
    frame = rng.choice(RESULT_FRAMES)
    if "widened" in frame:
        metric = rng.choice(["net loss", "operating loss", "loss", "the deficit", "loss before tax"])
        good = False
    frame = SIGNED.sub(lambda f: "{" + f.group(1 if up else 2) + "|" + f.group(1 if up else 2) + "}", frame)
    values = names(rng, metric)
    if not up:
        values["new"], values["old"] = values["old"], values["new"]
    return fill(frame, rng, values), 2 if good == up else 0


def names(rng, metric):
    new, old = figures(rng, metric)
    plural = metric.endswith("s") and not metric.endswith("loss")
    m = metric if plural or rng.random() < 0.8 or metric.startswith("the ") else "its " + metric
    M = m[0].upper() + m[1:]
    return {"m": metric, "M": M.replace("Its ", "The company's "), "new": new, "old": old}


def pairs(text):
    out = []
    for line in text.strip().splitlines():
        readings = [r.strip() for r in line.split("//")]
        assert len(readings) == 3, line
        out.append(readings)
    return out


RESULT_FRAMES = [l for l in RESULTS.strip().splitlines()]
RESULT_FLAT = [l for l in FLAT.strip().splitlines()]
FRAMES = [p for block in frames.ALL for p in pairs(block)]
KINDS_FRAMES = [p for block in kinds.ALL for p in pairs(block)]
FIGURES, BLACK, RED, EVEN = ([l for l in block.strip().splitlines()]
                             for block in (kinds.FIGURES, kinds.BLACK, kinds.RED, kinds.EVEN))
PROFITS = ["net profit", "operating profit", "pretax profit", "profit", "the operating result", "the result", "EBIT", "EBITDA"]
TAILS = ["{Co} is based in {city}.", "The company has {n} employees.", "The report was published on {date}.",
         "{Co} is listed in {city}.", "The announcement was made on {date}."]


def typo(text, rng):
    words = text.split(" ")
    at = [i for i, w in enumerate(words) if len(w) > 4 and w.isalpha()]
    if at:
        i = rng.choice(at)
        w, k = words[i], rng.randint(1, len(words[i]) - 2)
        words[i] = rng.choice([w[:k] + w[k + 1:], w[:k] + w[k + 1] + w[k] + w[k + 2:], w[:k] + w[k] + w[k:]])
    return " ".join(words)


def figure_result(rng):
    """Results told by their figures alone, by profit and loss, or without a change."""
    r = rng.random()
    good, up = rng.random() < 0.6, rng.random() < 0.5
    values = names(rng, rng.choice(UP_GOOD if good else UP_BAD))
    if r < 0.24:
        return fill(rng.choice(EVEN), rng, values), 1
    if r < 0.36:
        values = names(rng, rng.choice(PROFITS))
        return fill(rng.choice(BLACK if up else RED), rng, values), 2 if up else 0
    if not up:
        values["new"], values["old"] = values["old"], values["new"]
    return fill(rng.choice(FIGURES), rng, values), 2 if good == up else 0


def kind(rng, fill=fill):
    """One reading of a frame of kinds.py; its company may be "the brewer"."""
    label = rng.choice([0, 1, 1, 2, 2])
    frame = rng.choice(KINDS_FRAMES)[label]
    role = {"Co": "The " + rng.choice(phrases.ROLES)} if rng.random() < 0.35 else {}
    return fill(frame, rng, role) if frame else "", label


def noise(text, rng):
    """Surface changes that leave the label alone."""
    r = rng.random()
    if r < 0.06:
        text = text.lower()
    elif r < 0.08:
        text = text.upper()
    elif r < 0.14:
        text = typo(text, rng)
    elif r < 0.19:
        text = fill("${tick} - ", rng) + " " + text.rstrip(".")
    elif r < 0.23:
        text = fill("{city} (Newswire) -", rng) + " " + text
    elif r < 0.33:
        text = re.sub(r"([.,%])(?= |$)", r" \1", text).replace("'s", " 's")
    elif r < 0.40:
        text = text.rstrip(".")
    elif r < 0.46:
        text = text + " " + fill(rng.choice(TAILS), rng)
    elif r < 0.50:
        text = fill("On {date}, ", rng).rstrip() + " " + text
    return text


def first(rng):
    """A sentence of the first generation: results and frames.py."""
    if rng.random() < 0.28:
        return result(rng)
    label = rng.choice([0, 1, 1, 2, 2])
    frame = rng.choice(FRAMES)[label]
    return fill(frame, rng) if frame else "", label


def wide(rng):
    """Either generation: rules over phrases, frames by kind, figures, and the first."""
    r = rng.random()
    if r < 0.34:
        return phrases.compose(rng, fill)
    if r < 0.68:
        return kind(rng)
    return figure_result(rng) if r < 0.80 else first(rng)


def third(rng):
    """The third generation: measures that move, on its own."""
    return measures.compose(rng, fill, figures)


def fifth(rng):
    """The fifth generation: turns.py, and its names in sentences of the second and third."""
    return turns.compose(rng, fill, figures, [kind, phrases.compose, lambda rng, fill: measures.compose(rng, fill, figures)])


def lesson(of):
    """Two figures compared: compared.py's lesson as a source of sentences."""
    return lambda rng: of(rng, fill)


# What a generation is called in the recipe (train.py).
GENERATIONS = {"templates": first, "wide": wide, "third": third, "fifth": fifth, "simple": lesson(compared.simple),
               "signed": lesson(compared.signed), "full": lesson(compared.full)}


def sample(n, seed, sentence=first):
    """n distinct (text, label), of each label its share nearly."""
    rng = random.Random(f"templates {seed}")
    seen, out = set(), []
    most = 0.52 if sentence in (GENERATIONS["simple"], GENERATIONS["signed"]) else 0.36
    share = collections.Counter()
    while len(out) < n:
        text, label = sentence(rng)
        if not text:
            continue
        text = noise(text, rng)
        if text in seen or share[label] > most * n:
            continue
        share[label] += 1
        seen.add(text)
        out.append((text, label))
    return out


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    for text, label in sample(int(sys.argv[1]), int(sys.argv[2]), wide):
        print(label, text)
