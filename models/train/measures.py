"""Measures that move: the third generation of templates.

`compose(rng, fill, figures)` writes one sentence and its label (0, 1, 2). What a
move means is the sign of the measure times its direction: told by a verb, by two
figures, against a forecast, or by a guidance that is changed or kept. `fill` and
`figures` are those of templates.py.
"""

# Measures that can be a sum of money, and others; one line singular, one plural.
MONEY_GOOD = """net profit|operating profit|pretax profit|gross profit|profit|turnover|revenue|net income|EBIT|EBITDA|cash flow|
order intake|the order book|the order backlog|net interest income|fee income|premium income|rental income|free cash flow|
operating income|underlying profit|adjusted EBITDA|the market value|income from licences|trading income|profit before tax|
first-half profit|service revenue|equity|the net asset value|quarterly profit|profit after tax|core profit|advertising revenue
net sales|sales|exports|earnings|orders|new orders|deposits|comparable sales|cash reserves|assets under management|online sales|
like-for-like sales|proceeds|bookings|new contracts|retail sales|half-year earnings|royalties|inflows|gross premiums"""
MONEY_BAD = """net loss|operating loss|loss|pretax loss|debt|net debt|the deficit|the budget deficit|expenditure|cost of sales|
interest expense|the loss before tax|the quarterly loss|the tax bill|the wage bill|the cash burn|the trade gap|public debt|
the pension deficit|the shortfall|the funding gap|the energy bill|the fuel bill|the damage|the loss per share|the negative cash flow|
the current-account deficit|administrative expense|the overspend|the net cash outflow
costs|operating costs|expenses|losses|credit losses|loan losses|bad loans|impairments|write-downs|provisions|interest costs|raw material costs|
personnel costs|overheads|liabilities|claims|warranty costs|restructuring costs|borrowings|administrative expenses|fuel costs|
freight costs|insured losses|outflows|fines|legal costs|arrears|write-offs|operating expenses|energy costs"""
OTHER_GOOD = """output|production|employment|demand|traffic|occupancy|productivity|consumer confidence|market share|footfall|hiring|
capacity use|business confidence|investment|the share price|headcount|customer satisfaction|the return on equity|the solvency ratio|
consumer spending|the margin|profitability|business sentiment|industrial output|tourism|the customer base|passenger traffic
volumes|house prices|passenger numbers|customer numbers|margins|deliveries|shipments|visitor numbers|housing starts|permits|subscriptions|
factory orders|wages|arrivals|registrations|load factors|room rates|reserves|overnight stays|charter rates|yields per hectare"""
OTHER_BAD = """unemployment|joblessness|inflation|customer churn|staff turnover|absenteeism|waste|downtime|the error rate|the default rate|
the vacancy rate|the accident rate|the jobless rate|the claims ratio|the death toll|congestion|the cost-income ratio|indebtedness|
gearing|the scrap rate|theft|fraud|late payment|the combined ratio|leverage|poverty|overcapacity|the complaint rate
complaints|bankruptcies|insolvencies|defaults|delinquencies|jobless claims|lay-offs|delays|cancellations|returns|vacancies in offices|waiting times|
accidents|faults|foreclosures|redundancies|stocks of unsold cars|outages|overdue loans|lead times|repossessions|breakdowns|emissions|
input prices|borrowing costs|evictions|sick days|breaches|unsold goods|empty shops"""


def measures(text, sign):
    one, many = (line.split("|") for line in text.replace("|\n", "|").split("\n"))
    return [(m, sign, False) for m in one] + [(m, sign, True) for m in many]


MONEY = measures(MONEY_GOOD, True), measures(MONEY_BAD, False)
OTHER = measures(OTHER_GOOD, True), measures(OTHER_BAD, False)

UP = """rise~rose~risen~rising|increase~increased~increased~increasing|grow~grew~grown~growing|climb~climbed~climbed~climbing|
go up~went up~gone up~going up|jump~jumped~jumped~jumping|surge~surged~surged~surging|soar~soared~soared~soaring|
swell~swelled~swollen~swelling|edge up~edged up~edged up~edging up|creep up~crept up~crept up~creeping up|
mount~mounted~mounted~mounting|shoot up~shot up~shot up~shooting up|double~doubled~doubled~doubling|
expand~expanded~expanded~expanding|move higher~moved higher~moved higher~moving higher|tick up~ticked up~ticked up~ticking up|
pick up~picked up~picked up~picking up"""
DOWN = """fall~fell~fallen~falling|decrease~decreased~decreased~decreasing|decline~declined~declined~declining|drop~dropped~dropped~dropping|
go down~went down~gone down~going down|slide~slid~slid~sliding|slip~slipped~slipped~slipping|shrink~shrank~shrunk~shrinking|
tumble~tumbled~tumbled~tumbling|plunge~plunged~plunged~plunging|sink~sank~sunk~sinking|contract~contracted~contracted~contracting|
edge lower~edged lower~edged lower~edging lower|come down~came down~come down~coming down|halve~halved~halved~halving|
diminish~diminished~diminished~diminishing|dwindle~dwindled~dwindled~dwindling|ease back~eased back~eased back~easing back"""
UP, DOWN = ([v.split("~") for v in text.replace("\n", "").split("|")] for text in (UP, DOWN))
RAISED = ["increased", "raised", "lifted", "pushed up", "drove up", "doubled", "boosted", "added to"]
LOWERED = ["reduced", "cut", "lowered", "trimmed", "slashed", "brought down", "halved", "pared", "pushed down", "shaved {pct} off"]

# {m} measure, {past} and the like a verb of the direction, [up//down] by the direction.
MOVES = """
{M} {past}{| sharply| slightly| again| markedly| steadily}.
{M} {past} {by {pct}|{pct}}{| in {period}| in {month}| year on year| from {prior}| last year}.
{M} at {Co} {past}{| {in|during} {period}| last year| for the {third|fourth|fifth} time running}.
{Co}'s {m} {past}{| {in|during} {period}| by {pct}| noticeably}.
{Co} saw {its |}{m} {inf}{| by {pct}| in {period}| over the year}.
{Co} reported {an increase in|a rise in|growing|higher|rising//a decrease in|a fall in|shrinking|lower|falling} {m}{| for {period}}.
{Higher|Rising|Growing//Lower|Falling|Shrinking} {m} {at {Co}|in {country}|in {sector}}{| in {period}| this year}
{Co} {raised} its {m}{| by {pct}| further| over the year| considerably}.
{M} {has} {part}{| since {month}| by {pct}| a good deal| of late| every year since {year}}.
{M} {is} {up|higher//down|lower} {by |}{pct}{| on the year| year on year| compared with {prior}}.
{M} {is} {expected|likely|forecast|set} to {inf}{| this year| next year| in {period}| by {pct}}.
{Co} {expects|predicts|sees} {m} {to {inf}|{ing}}{| this year| next year| in {period}}.
{M} {was} the {highest|largest//lowest|smallest} {since {year}|in {n2} {years|quarters|months}}.
{M} {reached|hit|stood at} a {n2}-{year|month} {high//low}.
{M} hit {a record high|an all-time high//a record low|the lowest level ever}{| in {period}| at {Co}}.
The {rise|increase|growth//fall|decrease|decline|drop} in {m} {continued|gathered pace|was confirmed by {Co}|was {pct}}.
{M} {keeps} {ing}{| at {Co}| in {country}}.
{Co} {month} {m} {past} {pct}
{Co}: {m} {past} {in|during} {period}
In {country}, {m} {past} {in {month}|by {pct}|again}.
{M} for {period} {past} to {new} from {old}.
{M} {past} from {old} to {new}.
{M} {past} to {new}{| in {period}| at {Co}}.
Compared with {prior}, {m} {was} {up|higher//down|lower} {by {pct}|at {Co}}.
There {was} {more|higher//less|lower} {m} {at {Co}|in {period}} than {a year before|in {prior}}.
{Co} ended the {year|quarter|half} with {higher|larger//lower|smaller} {m}{| than it began}.
{person} said that {m} had {part}{| at {Co}| again| during {period}}.
"{Our |}{m} {has} {part}," said {title} {person}{| of {Co}}.
{More|Higher//Less|Lower} {m}: {Co} {publishes|presents|files} its {period} report
"""
STOPPED = """
{M} {has} stopped {ing}{| at {Co}| in {country}}.
{M} {is} no longer {ing}{| at {Co}}.
The {rise|increase//fall|decline} in {m} {has come to an end|is over|was halted|has been reversed|was short-lived}.
{Co} put an end to the {rise|increase//fall|decline} in {m}.
"""
# {new} is above {old} where the direction is up; the sentence itself does not say so. compared.py
# teaches that.
TOLD = """
{M} {was|came to|totalled|amounted to|reached} {new}, {compared with|compared to|against|versus|as against|as compared with} {old} {in {prior}|last year|a year before|twelve months earlier|a year ago}.
{M} {was|came to|totalled|amounted to} {new} ({old}){| in {period}}.
{M} {was|came to|amounted to} {new} ({{prior}|{year}|previous year|year-ago}: {old}).
{Co} {posted|reported|recorded|had|booked|showed} {m} of {new} {in|for} {period}, {against|compared with|versus|as against|after} {old} {in {prior}|a year earlier|last time}.
{Co} {posted|reported} {m} of {new} ({old}){| in {period}}.
{M} {was|came in at} {new}; {a year earlier|in {prior}|twelve months before} {it was|it had been|the figure was|it stood at} {old}.
{M} {new} vs {old}{| a year ago| last year| yr ago}
{M} {new} ({old})
{Co} {period} {m} {new} vs {old}
{A year ago|In {prior}|Last year|Twelve months ago} {m} {was|stood at|amounted to|came to} {old}; {now it is|this time it was|in {period} it was|today it stands at} {new}.
{From|After} {old} {in {prior}|a year ago|last year}, {m} {came to|is now|went to|stood at} {new}{| in {period}}.
{M} {went|moved|changed} from {old} to {new}{| in {period}}.
{M} {went|moved} to {new} from {old}.
{Where|While} {m} {was|had been} {old} {a year ago|in {prior}}, it {was|came to|is} {new} {in {period}|now|this year}.
{M}: {new} (previous year {old})
{M} for {period} {was|came to|is put at} {new}; the comparable figure {was|a year ago was} {old}.
{M} per {share|employee|square metre|customer|tonne} {was|came to} {new} ({old}).
In {period} {Co} {had|recorded} {m} of {new}; in {prior}, {old}.
"""
TOLD_EVEN = """
{M} {was|came to|totalled|amounted to|reached} {new}, {compared with|against|versus} {new} {in {prior}|last year|a year before}.
{M} {was|came to|totalled} {new} ({new}){| in {period}}.
{Co} {posted|reported|recorded} {m} of {new} {in|for} {period}, the same as {a year earlier|in {prior}}.
{M} {was|came in at} {new}; {a year earlier|in {prior}} it was {also|likewise} {new}.
{M} {new} vs {new} a year ago
{M} {was|came to|totalled|amounted to|reached|stood at} {new}{| in {period}| at the end of {month}| for {year}}.
{Co} {posted|reported|recorded|had} {m} of {new} {in|for} {period}.
{Co} {period} {m} {new}
{M}: {new}
Of {m}, {new} {relates to|concerns|comes from} {country}{| and {old} {country}}.
{Co} will {report|publish} its {m} for {period} on {date}.
{Co} {does not disclose|publishes|breaks down} its {m}{| by country| by segment}.
{M} {includes|excludes|is defined as|is stated without} {one-off items|leases|co2|joint ventures}.
How {Co} measures {m}
What is {m}?
{M} {was|remained|stayed} {unchanged|flat|level|where it was|the same}{| at {Co}| in {period}| at {new}| for the third year}.
{M} neither {rose nor fell|grew nor shrank}{| in {period}| at {Co}}.
{Co}'s {m} {did not change|showed no change|hardly moved|held steady}{| in {period}}.
{M} {is|was} split {evenly|about equally} between {co2} and {Co}.
"""
# Against a forecast: {size} is "more" or "less" in some word.
SIZES = """
{M} {past} {size} than {than}{| in {period}| at {Co}| in {month}}.
{M} {past} by {pct}, {size} than {than}.
{M} {past} {size} than {who} {had expected|had predicted|had forecast|were expecting|had pencilled in}.
The {rise|increase//fall|drop|decline|decrease} in {m} was {noun} than {than}.
{Co}'s {m} {past}, {but|though} {size} than {than}.
{Co} saw {m} {inf} {size} than {than}.
{M} did not {inf} as {much} as {than}.
{M} {past} {pct}; {who} had expected {them|it} to {inf} {othersize}.
A {noun} than {than1} {rise|increase//fall|drop|decline} in {m}{| at {Co}}
{M} {past} {size} than {than}, {Co} said on {date}.
{Co}: {m} {past} {size} than {than1}
{M} {past}, {but|although} not by as {much} as {than}.
{M} {past} {pct}, {size} than the {pct} that {who} had {expected|forecast|predicted}.
{M} {has} {part} {size} than {than} {since {month}|this year|so far}.
The {rise|increase//fall|decrease} in {m} {turned out|proved|ended up} {noun} than {than}.
{Who} had {expected|forecast|predicted} a {othernoun} {rise|increase//fall|drop|decline} in {m}.
"""
LEVELS = """
{M} {was|came in|turned out|ended up} {above|over|higher than//below|under|lower than} {what}{| in {period}| at {Co}}.
{M} {exceeded|topped|overshot|surpassed//undershot|fell below|came in under|stayed below} {what}{| by {pct}}.
{M} of {new} {was|came in} {above|higher than//below|lower than} the {old} that {who} had {expected|predicted|forecast}.
{Higher|Larger//Lower|Smaller} than {expected|forecast} {m} {at {Co}|in {country}|in {period}}
{Co}'s {m} {was|came in} {pct} {above|over//below|under} {what}.
"""
# A bad measure against a forecast, by how bad it is; {than} may be a fear.
BADNESS = """
{M} {was|turned out|proved|ended up} {greater|heavier|more severe|bigger|worse//less severe|slighter|milder|smaller|lighter} than {than}{| in {period}| at {Co}}.
{Co}'s {m} {was|came in} {heavier|larger|worse|deeper//lighter|smaller|milder|shallower} than {than}.
{Co} {reports|posts|announced} {bigger|heavier|worse//smaller|lighter|milder} than {than1} {m}
{Co} {posted|reported} {m} of {new}, {more|worse//less|better} than the {old} {who} had {feared|expected|predicted}.
{M} {was|turned out|came in} not as {small|light|harmless//large|bad|heavy|severe} as {than}.
{M} {was|came to} {new}, {worse|more//better|less} than {than}.
{Who} had {feared|expected|braced for} {m} of {old}, and {it was|it turned out to be|the figure is} {only |//}{new}.
The {hit|blow|setback|damage} to {Co} was {bigger|harder|worse//smaller|softer|milder} than {than}.
The {slump|plunge|decline|dip|slowdown} in {sales|orders|demand|profit|output} {was|proved} {deeper|worse|steeper//shallower|milder|gentler} than {than}{| at {Co}| in {country}}.
"""
LEVEL_EVEN = """
{M} {was|came in|turned out} {in line with|on a par with|equal to|just as in} {what}{| in {period}| at {Co}}.
{M} {was|came to} {new}, {as|just as|exactly as} {who} had {expected|forecast|predicted}.
{M} {was|came to} {new}; {who} had {expected|forecast} {new}.
{M} {new} vs {new} {expected|est.}
{M} {met|matched|was at the level of} {what}{| in {period}}.
{Who} {expect|forecast|look for} {m} of {new}{| for {period}}.
The {consensus|average estimate} for {m} is {new}{| in {period}}.
{M} {past} as {than}.
"""
WHAT = ["expectations", "forecasts", "estimates", "the consensus", "market expectations", "analysts' estimates", "the company's own plan",
        "the budget", "what {who} had expected", "the average forecast", "projections", "its guidance", "the target"]
WHO = ["analysts", "economists", "the market", "investors", "experts", "brokers", "{bank}"]
THAN = ["expected", "forecast", "predicted", "projected", "anticipated", "estimated", "{who} had expected", "planned", "assumed", "{who} had thought"]
SIZE = {True: ["more", "more sharply", "faster", "more strongly", "by more"], False: ["less", "less sharply", "more slowly", "less strongly", "by less"]}
NOUN = {True: ["bigger", "larger", "steeper", "sharper", "greater"], False: ["smaller", "milder", "gentler", "slighter", "more modest"]}

GUIDE = """
{Co} {raises|lifts|ups|hikes//cuts|lowers|trims|slashes==keeps|maintains|repeats|reiterates|confirms|stands by|sticks to|leaves unchanged} its {year|full-year|annual|{period}|sales|profit|earnings} {guidance|forecast|outlook|target}{| for {year}}.
{Co} has {raised|lifted|increased//cut|lowered|reduced==kept|maintained|repeated|confirmed|not changed|not touched|held} its {guidance|forecast|estimate|outlook} {for {year}|for the full year|of {m}|for {period}}.
The {guidance|forecast|outlook|estimate} {for {year}|for the full year|for {m}|of {Co}} {was raised|has been lifted|goes up//was cut|has been lowered|goes down==was left alone|stands|remains in place|is unchanged|stays as it was|remains valid|was reaffirmed|still holds|was not revised}.
{Co} {is more optimistic about|is more upbeat on|sees a better//is more cautious about|is gloomier about|sees a weaker==has not changed its view of|repeats what it said about|makes no change to its forecast for} {year}.
{Co} now expects {good} of {new}, {up from//down from==as before|as it did in {month}|as previously announced|the same as before} {old}.
{Co}{,| said it} {sees|expects|predicts} {a better|a stronger//a worse|a weaker==the same|an unchanged} {result|year|half} {than {last year|it did in {month}}|than forecast earlier|than before==as before|as it did in {month}|as forecast earlier}.
{Co} {upgraded|revised upwards|adjusted upwards//downgraded|revised downwards|adjusted downwards==did not revise|left as it was|made no changes to|saw no reason to alter|left untouched|refrained from changing} its {guidance|forecast|outlook|targets}.
{Guidance|Outlook|Forecast}: {raised|lifted|higher than before//lowered|cut|lower than before==unchanged|as before|no change|kept|maintained} {|({Co})}
{Co} {nudged up|moved up//took down|scaled back==left unaltered|stood by|saw no need to touch} its {full-year|{year}|sales|profit|margin} {forecast|outlook|guidance|projection}.
The {board|management|CEO} of {Co} {raised|lifted//cut|lowered==stood by|stuck with|held on to|reasserted|restated|repeated} the {outlook|forecast|guidance} {for {m}|for the year|it gave in {month}}.
{Co} {published|gave|presented} its {report|results} and {raised|lifted//cut|lowered==retained|kept|reiterated|repeated|confirmed} its {full-year |annual ||profit |sales }{outlook|guidance|forecast}.
{Co} {raised|hiked//slashed|pulled|suspended|scrapped==affirmed|reaffirmed|reiterated|repeated} {FY|full-year|{year}} {guidance|EPS guidance|outlook|sales forecast}
{Co}'s {forecast|guidance|outlook} for {m} {is now higher|was raised//is now lower|was cut==is the same as in {month}|has not moved|is where it was} .
{Co} {expects to exceed|is confident of beating//will not reach|gave up==still expects to meet|continues to stand by} its {earlier|original|previous|own} {forecast|target|guidance}.
{Co}'s {board|management} {raised|lifted//lowered|cut==kept|stuck to|maintained} the {profit|sales|growth|margin} {target|forecast} {for {year}|at its meeting in {city}|at {new}}.
"""
STAYS = """
{Co}{'s dividend| will pay a dividend of {price}, which} is {unchanged|the same as last year|as large as last year}.
{Co} {keeps|leaves|holds} its dividend {unchanged|at {price}|where it was}.
The {rating|credit rating|recommendation} of {Co} {stays|remains|is left} {unchanged|where it was|at {BBB|hold|neutral|A-}}.
{agency} {left|kept} the {rating|outlook} of {Co} {unchanged|stable|as it was}.
The central bank {left|kept|held} {its key rate|interest rates|borrowing costs} {unchanged|steady|where they were|on hold}.
{Co} {has no plans to change|does not intend to change|will not alter} its {dividend|prices|strategy|targets|structure}.
{Co} {neither confirmed nor denied|would not comment on|gave no details of} the {report|plan|offer}.
"""


def lines(text):
    return text.strip().splitlines()


MOVES, STOPPED, TOLD, TOLD_EVEN, SIZES, LEVELS, BADNESS, LEVEL_EVEN, GUIDE, STAYS = map(
    lines, (MOVES, STOPPED, TOLD, TOLD_EVEN, SIZES, LEVELS, BADNESS, LEVEL_EVEN, GUIDE, STAYS))

def directed(frame, up):
    """The frame with, of every {a//b==c}, the part for up, down or (None) even."""
    out, depth, start = [], 0, 0
    for i, c in enumerate(frame):
        if c == "{":
            depth += 1
            if depth == 1:
                start = i
        elif c == "}":
            depth -= 1
            if depth == 0:
                group = frame[start:i + 1]
                if "//" in group or "==" in group:
                    signed, _, even = group[1:-1].partition("==")
                    rise, bar, fall = signed.partition("//")
                    group = "{" + (even if up is None else rise if up or not bar else fall) + "|}"
                    group = group[:-2] + "}" if "|" in group[:-2] else group[1:-2]
                out.append(group)
        elif depth == 0:
            out.append(c)
    return "".join(out)


def put(rng, frame, measure, up, figures, extra=None):
    """The frame with its measure, verb and figures in place; other slots stay for `fill`."""
    name, _, many = measure
    high, low = figures(rng, name)
    verb = rng.choice(UP if up else DOWN)
    are = {"is": "are", "was": "were", "has": "have", "keeps": "keep"}
    slots = {"m": name, "M": name[0].upper() + name[1:], "inf": verb[0], "past": verb[1], "part": verb[2], "ing": verb[3],
             "raised": rng.choice(RAISED if up else LOWERED), "new": high if up else low, "old": low if up else high}
    slots.update({one: several if many else one for one, several in are.items()})
    slots.update(extra or {})
    for key, value in slots.items():
        frame = frame.replace("{" + key + "}", value)
    if many:
        for one in ("was", "is", "had been"):
            frame = frame.replace("{" + one + "|", "{" + are.get(one, one) + "|").replace(name + " is ", name + " are ")
        frame = frame.replace("it was|", "they were|").replace("it had been|", "they had been|").replace("it is", "they are")
    return frame


def pick(rng, *classes):
    """A measure; good and bad ones equally often."""
    return rng.choice(rng.choice(rng.choice(classes)))


def moves(rng, figures):
    measure, up = pick(rng, MONEY, OTHER), rng.random() < 0.5
    ends = rng.random() < 0.08
    frame = rng.choice(STOPPED if ends else MOVES)
    if "{new}" in frame:
        measure = pick(rng, MONEY)
    return put(rng, directed(frame, up), measure, up, figures), 2 if measure[1] == (up != ends) else 0


def told(rng, figures):
    measure, up = pick(rng, MONEY), rng.random() < 0.5
    if rng.random() < 0.5:
        return put(rng, rng.choice(TOLD_EVEN), measure, up, figures), 1
    return put(rng, rng.choice(TOLD), measure, up, figures), 2 if measure[1] == up else 0


def expected(rng, figures):
    measure, up, more = pick(rng, MONEY, OTHER), rng.random() < 0.5, rng.random() < 0.5
    words = {"than1": rng.choice(THAN[:6]), "than": rng.choice(THAN), "what": rng.choice(WHAT)}
    r = rng.random()
    if r < 0.2:
        frame, label = rng.choice(LEVEL_EVEN), 1
    elif r < 0.45:
        frame = rng.choice(LEVELS)
        label = 2 if measure[1] == up else 0
    elif r < 0.62:
        measure = pick(rng, MONEY[1:], OTHER[1:])
        frame, label = rng.choice(BADNESS), 0 if up else 2
        words["than"] = rng.choice(THAN + ["feared", "feared", "{who} had feared", "many had feared"])
    else:
        frame, label = rng.choice(SIZES), 2 if (up == more) == measure[1] else 0
    if "{new}" in frame:
        measure = pick(rng, MONEY)
        label = label if r < 0.2 else 2 if measure[1] == up else 0
    words.update(size=rng.choice(SIZE[more]), othersize=rng.choice(SIZE[not more]), noun=rng.choice(NOUN[more]), othernoun=rng.choice(NOUN[not more]),
                 much="little" if more else "much", them="them", it="it")
    text = put(rng, directed(frame, up), measure, up, figures, words)
    who = rng.choice(WHO)
    return text.replace("{who}", who).replace("{Who}", who[0].upper() + who[1:] if who[0] != "{" else who), label


def guidance(rng, figures):
    if rng.random() < 0.12:
        return rng.choice(STAYS), 1
    up = rng.choice([True, False, None, None])
    measure = rng.choice(MONEY[0])
    frame = directed(rng.choice(GUIDE), up)
    if up is None:
        frame = frame.replace(" {old}", "")
    return put(rng, frame, measure, up, figures, {"good": measure[0]}), 1 if up is None else 2 if up else 0


PARTS = [(moves, 0.42), (told, 0.12), (expected, 0.31), (guidance, 0.15)]


def compose(rng, fill, figures):
    part = rng.choices([p for p, _ in PARTS], [share for _, share in PARTS])[0]
    text, label = part(rng, figures)
    return fill(text, rng), label
