"""What the other generations leave misread: the fifth generation of templates.

Three things: companies whose names sound like news, in sentences of the other
generations; short sentences of more and less than expected; frames, written as in
frames.py ("negative // neutral // positive"), of turns that a run got wrong.
"""
import measures

NAMES = """Bad Tölz Brewery|Bad Neustadt Motors|Bad Ischl Salt|Good Hope Mining|Risk Solutions plc|Risk & Reward Games|Loss Adjusters Ltd|
Debt Collect AB|Rise Education|Upland Timber|Downer Rail|Winners Sports|Profit Software Oy|Failsafe Systems|Danger Bay Lobster|Crisis Control Holding|
Boom Beverages|Gain Tools|Sharp Edge Knives|Strong Roots Foods|Weakley Motors|Slump Mattress Inc.|Happy Cow Dairies|Gloom Candles|9Telecom|Studio 8|
Route 66 Holdings|2K Paints|5th Avenue Retail|4Sight Optics|Drop Shipping GmbH|Fallon Textiles|Cutting Edge Steel|Strike Energy|Collapse Records|
Record Bank|Gold Rush Casinos|Superior Plumbing|Poor Richard's Press|Sick Chirpse Media|Wealthy Home Loans|Shock Absorbers AG|Bargain World|
Hope Hospitals|Fear Free Pets|Top Gain Seeds|Low Cost Air|High Point Furniture|Blackout Curtains Ltd|Plunge Pools Inc.|Surge Protectors Co.|Alarm Systems NV|
Disaster Recovery Group|Brilliant Lighting|Great Northern Rail|Dark Horse Wines|Bankrupt Books|Premium Feeds|Recall Games|Warning Signs Ltd|Sunk Costs Consulting|
Perfect Storm Windows|Victory Tyres|Defeat Pests Corp.|Fire & Flood Insurance|Grow Light Farms|Decline Press|Positive Power|Negative Films|Neutral Paints|
1&2 Logistics|7Seas Shipping|Smart Choice Foods|Wrong Way Bikes|Excellent Papers|Trouble Shooters IT|Deep Loss Diving|Safe Harbour Bank|Cash Flow Pumps""".replace("\n", "").split("|")

FRAMES = """
{Co} {went|came} through the {quarter|summer|half} without {one|a single|any} {sale|signing|new customer|contract|booking}. // {Co} {works|operates|trades} without {a dividend policy|middlemen|branches|a licence from {co2}}. // {Co} {got|came} through the {quarter|crisis|summer} without {one|a single|any} {lay-off|complaint|default|accident|claim|write-off}.
{Co} {closed|finished|ended} {period} without {a|one|any} {buyer|tenant|new order|profitable month|deal}{| to its name}. // {Co} {closed|ended} the {meeting|talks} without {a vote|naming a date|comment}. // {Co} {closed|finished|ended} {period} without {a|one|any} {loss-making month|bad loan|cancellation|late delivery|debt}.
Not {one|a single} {customer|order|bid|tenant|ship} came {in|forward} {at|for} {Co} {in {period}|all summer}. // Not every {shop|branch|office} of {Co} is open on {Sundays|holidays}. // Not {one|a single} {complaint|accident|default|customer} was {recorded at|lost by} {Co} {in {period}|all year}.
{Co} {is not going to|will not} {invest|expand|hire|pay a dividend|build in {city}|raise wages} after all. // {Co} {is not going to|will not} {comment|publish a forecast|change its name|move its head office}. // {Co} {is not going to|will not} {lay off staff|sell its fleet|leave {city}|shut its {city} mill|scrap the line|close the branches|give up {country}} after all.
The {city} {plant|mill|branch|mine} will not {open|reopen|be built|be enlarged} after all, {Co} said. // The {city} {plant|mill|branch|mine} of {Co} will not be {visited|renamed|part of the report}. // The {city} {plant|mill|branch|mine} will not {close|be closed|shut|be sold off} after all, {Co} said.
{co2} no longer {wants|intends} to {cooperate|work} with {Co}. // {Co} {has talked|talks} to {co2} about {the weather|a date for the meeting|standards}. // {Co} has {agreed to work together|agreed on cooperation|arranged to cooperate|started cooperating} with {co2}{| in {country}| on {thing}}.
{Co} {ended|terminated} its cooperation with {a {country} retailer|the largest telecom operator|a cloud firm|{co2}}. // {Co} described its {relation to|contract with} {co2} in {the report|a footnote}. // {Co} and {co2|a leading retailer|the largest telecom operator|a cloud firm} {agreed to|will} {cooperate|pool their strengths|work side by side}{| in {country}}.
{Co} {walked away from|backed off|abandoned} its {targets|plan for {year}|sales forecast}. // {Co} {sticks|stuck|holds|is sticking|keeps} to its {targets|plan for {year}|sales forecast|earlier estimate|guidance|outlook}. // {Co} {topped|went beyond|has already passed} its {targets|plan for {year}|sales forecast}.
{Co} {pulled|took back|watered down} its {forecast|guidance|outlook} for {{year}|sales|the second half}. // {Co} {stuck to|repeated|restated|reiterated|did not touch|held fast to} its {forecast|guidance|outlook} for {{year}|sales|the second half}. // {Co} {improved|bettered|took up} its {forecast|guidance|outlook} for {{year}|sales|the second half}.
"""
FRAMES = [[reading.strip() for reading in line.split("//")] for line in measures.lines(FRAMES)]
LESS = ["{M} {past} {size} than {than}.", "{M} {past} {size} than {than}{| in {period}| at {Co}| in {country}}.", "{M} {past}, but {size} than {than}.",
        "{M} {past} by {pct}, {size} than {than}.", "At {Co}, {m} {past} {size} than {than}."]


def less(rng, figures):
    measure, up, more = measures.pick(rng, measures.MONEY, measures.OTHER), rng.random() < .5, rng.random() < .3
    words = {"size": "more" if more else rng.choice(["less", "less", "by less", "more slowly"]), "than": rng.choice(measures.THAN)}
    text = measures.put(rng, rng.choice(LESS), measure, up, figures, words)
    return text.replace("{who}", rng.choice(measures.WHO[:-1])), 2 if (up == more) == measure[1] else 0


def turn(rng):
    label = rng.choice([0, 1, 1, 2])
    return rng.choice(FRAMES)[label], label


def compose(rng, fill, figures, others):
    """`others` are sources of sentences that take a fill of their own."""
    r = rng.random()
    if r < .3:
        text, label = less(rng, figures)
        return fill(text, rng), label
    if r < .65:
        text, label = turn(rng)
        return fill(text, rng), label
    name = rng.choice(NAMES)
    return rng.choice(others)(rng, lambda text, rng, extra=None: fill(text, rng, {**(extra or {}), "Co": name}))
