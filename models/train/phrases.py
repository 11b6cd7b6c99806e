"""Words that carry a tone, and rules that turn it: the compositional templates.

`compose(rng, fill)` writes one sentence and its label (0, 1, 2). Verb phrases,
harms and boons are plain lists; negation, "managed to", "averted", "less than
expected", "but" and the like are rules over them, so that the model sees the rule
with many words and each word under many rules. A verb phrase is
"infinitive~past[~participle] rest"; without "~" the verb is regular.
"""

ROLES = """airline|brewer|lender|toymaker|carmaker|chipmaker|retailer|builder|insurer|landlord|utility|miner|refiner|
shipper|publisher|drugmaker|bank|steelmaker|software firm|start-up|hotel chain|fund manager|broker|telecoms group|
supermarket|food producer|clothing chain|logistics group|train operator|shipyard|dairy|winery|bookseller|cable operator|
furniture maker|engineering group|paper maker|developer|biotech|cooperative|conglomerate|exchange|pharmacy chain|
game studio|solar company|oil major|fish farmer|travel agency|restaurant chain|staffing firm""".replace("\n", "").split("|")

GOOD_VERBS = """win~won new customers|win~won back market share|gain~gained ground|return to growth|return to profit|
cut~cut its costs|lower its costs|pay~paid down its debt|reduce its debt|raise fresh capital|secure financing|
fill its order book|meet~met its targets|reach its goals|exceed its targets|beat~beat its rivals|hold~held its own|
keep~kept its promises|double its profit|lift its margins|improve its profitability|widen its lead|break~broke even|
turn the business around|solve the problem|fix the fault|settle the dispute|find~found a buyer|find~found a partner|
find~found investors|sign up new clients|open up new markets|enter new markets|conquer the market|expand abroad|
hire more staff|create jobs|add capacity|speed up deliveries|launch the product on time|finish ahead of schedule|
come~came~come through unscathed|bounce back|recover its losses|regain the trust of investors|attract new money|
sell~sold more than ever|earn more than ever|raise its dividend|reward its shareholders|buy~bought back shares|
deliver on its plan|outgrow the market|defend its lead|strengthen its balance sheet|strengthen its position|
obtain approval|receive approval|get~got the go-ahead|pass the test|clear the last hurdle|resume production|
resume dividend payments|keep~kept its customers happy|reap the fruits of its work|save millions|land a big contract|
renew the contract|extend its contract|top the ranking|overtake its main rival|impress the jury|delight its fans|
sell~sold out its stock|shine|thrive|prosper|flourish|boom|gather momentum|take~took~taken off|pick up speed|
stand~stood on its own feet|rise~rose~risen from the ashes|pull off a surprise|outshine its peers|set~set a record|
exceed all hopes|stay profitable|ride~rode~ridden out the storm|survive the slump|put~put its troubles behind it|
become~became~become the market leader|modernise its plants|capture a larger share of the market""".replace("\n", "").split("|")

BAD_VERBS = """lose~lost customers|lose~lost market share|lose~lost money|lose~lost ground|lose~lost its licence|
lose~lost a big client|slip into the red|post a loss|report a loss|miss its targets|miss the deadline|
break~broke~broken its promises|breach its covenants|default on its bonds|miss a payment|run~ran~run out of cash|
run~ran~run up losses|burn through its cash|cut~cut jobs|lay~laid off staff|dismiss workers|close plants|
shut~shut down a line|halt production|stop deliveries|suspend its dividend|scrap its dividend|cut~cut its dividend|
cut~cut its forecast|lower its guidance|issue a profit warning|write~wrote~written off its investment|
write~wrote~written down its assets|book an impairment|sell~sold assets at a loss|withdraw from the market|
abandon the project|shelve the project|delay the launch|recall its products|pay~paid a fine|pay~paid damages|
face a lawsuit|face charges|lose~lost the case|lose~lost the appeal|mislead~misled investors|disappoint investors|
disappoint its customers|alienate its customers|anger shareholders|fall~fell~fallen behind its rivals|
fall~fell~fallen behind schedule|overpay|overstretch itself|stumble|struggle|suffer a setback|suffer heavy losses|
suffer from weak demand|sink~sank~sunk deeper into debt|pile up debt|take~took~taken on too much debt|
raise its provisions|go~went~gone bankrupt|file for bankruptcy|close its doors|collapse|crash|flounder|
hit~hit the wall|grind~ground to a halt|fight~fought for survival|bleed~bled cash|waste millions|squander its lead|
freeze hiring|shrink~shrank~shrunk|cancel orders|lose~lost the contract|lose~lost an order|drop the product|
drop out of the index|trail the market|cede its lead|exhaust its reserves|alarm regulators|botch the launch|
ship faulty goods|pollute the river|destroy value|pay~paid too much|sell~sold less than hoped|
run~ran~run into trouble|need a bailout|need fresh capital|seek protection from its creditors|
dilute its shareholders|fail the stress test|fail the inspection""".replace("\n", "").split("|")

PLAIN_VERBS = """publish its report|hold~held its annual meeting|present its figures|move to a new office|change its name|
change its auditor|appoint a new director|elect a board member|file its accounts|use recycled paper|make~made pumps and valves|
operate in seven countries|own a stake in a brewery|employ 700 people|list its shares in Oslo|split its shares|
register new shares|answer questions from analysts|describe its products|show its range at the fair|
issue a bond|convert shares of one class|take~took~taken part in a survey|discuss the agenda|meet~met its bankers|
pay~paid its regular dividend|keep~kept its outlook unchanged|repeat its forecast|confirm its guidance|
deliver results in line with forecasts|meet~met the consensus|comment on the rumours|comment on market estimates|
review its options|study the documents|rent an office|sponsor a concert|print its brochures|start~started its financial year in July|
transfer its listing|publish the minutes|set~set the record date|invite shareholders|convene a meeting|
describe its accounting methods|report by segment|be~was~been founded in 1952|be~was~been based in Ghent""".replace("\n", "").split("|")

HARMS = """a strike|strikes|a default|insolvency|liquidation|a cash crunch|a credit downgrade|a hostile takeover|
a profit warning|a recall|a delisting|a trade war|tariffs|a price war|a supply squeeze|power cuts|a blackout|
a data breach|job losses|redundancies|plant closures|a fire sale|a fine|a lawsuit|a ban|sanctions|a boycott|
a write-down|a capital shortfall|a liquidity squeeze|a bank run|a debt crisis|a hard landing|a downturn|
a winding-up|forced sales|a breach of covenant|a walkout|a lockout|a product flaw|a shortage of chips|
a shortage of staff|a harvest failure|a rights issue at a deep discount|a nationalisation|a tax rise|a rent freeze|
expropriation|a second lockdown|a loss of licence""".replace("\n", "").split("|")

BOONS = """a recovery|a rebound|the takeover bid|a bidding war|the hoped-for order|a dividend increase|the tax cut|
the subsidy|a share buy-back|the merger|the rescue|new funding|a stronger second half|the promised savings|
the trade deal|faster growth|a rate cut|the cash injection|the bailout|the wage deal|an investment-grade rating|
the listing|the breakthrough|the big contract|the licence|the loan|the expansion|the partnership|the growth boost|
the export boom|the capacity increase""".replace("\n", "").split("|")

THREAT = ["{X} threatens {co}", "{co} faces {x}", "{co} is bracing for {x}", "{X} looms at {co}", "{X} hit {co}", "fears of {x} hang over {co}",
          "{co} is on the brink of {x}", "{X} cannot be ruled out at {co}", "{co} was unable to avert {x}", "{co} failed to avoid {x}",
          "{co} warned of {x}", "the risk of {x} at {co} has increased", "{co} did not escape {x}", "{X} at {co} is becoming more likely",
          "{X} now seems inevitable at {co}", "nothing can save {co} from {x}", "investors worry about {x} at {co}"]
AVERTED = ["{co} averted {x}", "{co} avoided {x}", "{co} dodged {x}", "{co} narrowly escaped {x}", "{co} staved off {x}",
           "{co} was spared {x}", "{X} was averted at {co}", "{X} has been averted", "{co} need not fear {x} any more",
           "{co} sees no risk of {x}", "{co} rules out {x}", "fears of {x} at {co} have eased", "fears of {x} proved unfounded",
           "{X} is no longer a threat to {co}", "{X} at {co} is off the table", "{co} came through without {x}",
           "{co} warded off {x}", "the risk of {x} at {co} has receded", "there will be no {bare} at {co}",
           "{co} prevented {x} at the eleventh hour", "{X} did not materialise", "a deal with creditors saves {co} from {x}",
           "{co} has put the threat of {x} behind it", "{X} looks less and less likely at {co}"]
ARRIVED = ["{X} is within reach for {co}", "{co} can count on {x}", "{X} has come through for {co}", "{co} secured {x}",
           "{X} is lifting {co}", "hopes for {x} at {co} are growing", "{X} has arrived at {co}", "{co} is benefiting from {x}"]
SPOILED = ["{X} has fallen through", "{X} failed to materialise", "{X} did not come", "{co} waited in vain for {x}",
           "hopes of {x} at {co} were dashed", "{X} is off the table", "{co} will have to do without {x}",
           "{X} has been cancelled", "{X} slipped out of reach for {co}", "{X} has been called off", "nothing came of {x} at {co}",
           "hopes for {x} are fading at {co}", "{co} was denied {x}", "{X} will not happen after all"]

STATES_BAD = """slump|crisis|downturn|recession|strike|shortage|price war|weakness|decline|losing streak|sales ban|hiring freeze|
slide|sell-off|standstill|supply bottleneck|bear market|drought|embargo|dispute|credit squeeze""".replace("\n", "").split("|")
STATES_GOOD = """boom|upswing|recovery|rally|winning streak|growth phase|bull market|export boom|run of record profits|rebound|
good times|golden age|tax holiday|surge in demand|building boom""".replace("\n", "").split("|")
OVER = ["The {s}{at} {is} over.", "The {s}{at} {has} ended.", "The {s}{at} {has} run {its} course.", "The {s}{at} {has} petered out.",
        "An end to the {s}{at} is in sight.", "{co} says the {s} {is} behind it.", "The {s}{at} came to an abrupt end.",
        "The {s}{at} {is} easing off.", "The {s}{at} {is} fading.", "The {s}{at} {is} losing force."]
LASTS = ["The {s}{at} {is} far from over.", "The {s}{at} {is} getting stronger.", "The {s}{at} {is} set to last.", "The {s}{at} {has} begun.",
         "The {s}{at} continues.", "No end to the {s}{at} is in sight.", "The {s} {has} reached {co}.", "The {s}{at} {is} spreading.",
         "The {s}{at} {is} accelerating."]

UP_GOOD = """profit|sales|revenue|operating profit|new orders|exports|employment|earnings|turnover|cash flow|retail sales|output|
passenger numbers|bookings|house prices|the share price|deposits|net interest income|the gross margin|capacity use|
consumer confidence|customer numbers|occupancy|productivity|rental income|hiring|market share|orders|footfall""".replace("\n", "").split("|")
UP_BAD = """costs|losses|debt|unemployment|jobless claims|bad loans|claims|inflation|the budget deficit|inventories of unsold cars|
customer churn|vacancies in office blocks|complaints|write-offs|credit losses|energy bills|staff turnover|arrears|insolvencies|delays|
the trade gap|funding costs|overheads|accidents|returns of faulty goods|the cash burn|bankruptcies|waiting times""".replace("\n", "").split("|")
PLURAL = ("sales", "orders", "exports", "earnings", "numbers", "bookings", "prices", "deposits", "costs", "losses", "claims", "loans",
          "inventories of unsold cars", "complaints", "write-offs", "bills", "arrears", "insolvencies", "vacancies in office blocks", "delays",
          "overheads", "accidents", "returns of faulty goods", "bankruptcies", "times")
ROSE = ["rose", "grew", "increased", "climbed", "went up"]
FELL = ["fell", "declined", "dropped", "shrank", "went down", "decreased"]
EXPECTED = ["expected", "forecast", "analysts had predicted", "economists had expected", "the market had foreseen", "anticipated",
            "had been thought", "the company itself had predicted"]
FEARED = ["feared", "many had feared"]

BUT = ["{a}, but {b}.", "{a}; however, {b}.", "Although {a}, {b}.", "{a}, yet {b}.", "Even though {a}, {b}.", "{b}, although {a}.",
       "{a}. Nevertheless, {b}.", "While {a}, {b}.", "{a} at first, but then {b}."]
DOUBLE = {"win", "cut", "shut", "get", "put", "slip", "drop", "stop", "set", "hit", "run", "step", "scrap", "dip"}


def forms(phrase):
    """(infinitive, past, participle, present, -ing) of a verb phrase."""
    verb, _, rest = phrase.partition(" ")
    verb, *irregular = verb.split("~")
    rest = " " + rest if rest else ""
    regular = verb + "d" if verb.endswith("e") else verb[:-1] + "ied" if verb.endswith("y") and verb[-2] not in "aeou" \
        else verb + verb[-1] + "ed" if verb in DOUBLE else verb + "ed"
    past = irregular[0] if irregular else regular
    part = irregular[-1] if irregular else regular
    if verb == "be":
        pres, ing = "is", "being"
    else:
        pres = verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeou" else \
            verb + "es" if verb.endswith(("s", "sh", "ch", "x", "go")) else verb + "s"
        ing = verb[:-1] + "ing" if verb.endswith("e") and not verb.endswith("ee") else verb + verb[-1] + "ing" if verb in DOUBLE else verb + "ing"
    return tuple(f + rest for f in (verb, past, part, pres, ing))


PLAINLY = ["{co} {past}", "{co} has {part}", "{co} will {inf}", "{co} {pres}", "{co} is {ing}", "{co} may {inf}", "{co} is likely to {inf}",
           "{co} is about to {inf}", "{co} could {inf}", "{co} {past} {when}", "{co} is set to {inf}", "{co} again {past}", "{co} says it {past}",
           "{co} expects to {inf}", "\"we {past_we},\" said {person} of {co}"]
MANAGED = ["{co} managed to {inf}", "{co} succeeded in {ing}", "{co} was able to {inf}", "{co} is on course to {inf}", "{co} finally {past}",
           "{co} hopes to {inf}", "{co} is confident that it will {inf}", "{co} has no trouble {ing}", "it was easy for {co} to {inf}"]
FORCED = ["{co} was forced to {inf}", "{co} had to {inf}", "{co} may be compelled to {inf}", "{co} could not help but {inf}",
          "{co} fears that it will {inf}", "{co} is in danger of {ing}", "{co} had no choice but to {inf}", "{co} ended up {ing}"]
NOT_GOOD = ["{co} failed to {inf}", "{co} did not {inf}", "{co} was unable to {inf}", "{co} could not {inf}", "{co} will not {inf}",
            "{co} has not {part}", "{co} never {past}", "{co} has given up hope to {inf}", "{co} is struggling to {inf}",
            "{co} no longer expects to {inf}", "{co} is finding it hard to {inf}", "{co} is nowhere near {ing}", "without help, {co} will not {inf}",
            "{co} does not expect to {inf}", "{co} tried in vain to {inf}", "{co} has yet to {inf}", "it is doubtful that {co} will {inf}"]
NOT_BAD = ["{co} did not {inf}", "{co} avoided {ing}", "{co} will not have to {inf}", "{co} no longer has to {inf}", "{co} has not {part}",
           "{co} never {past}", "{co} narrowly escaped {ing}", "{co} was spared from {ing}", "{co} will not {inf} after all",
           "{co} no longer expects to {inf}", "{co} is in no danger of {ing}", "{co} does not need to {inf}", "{co} got through the year without {ing}",
           "{co} has stopped {ing}", "contrary to fears, {co} did not {inf}", "there is no sign that {co} will {inf}"]
NOT_PLAIN = ["{co} did not {inf}", "{co} will not {inf}", "{co} will {inf} in {month}", "{co} is to {inf} on {date}", "{co} declined to {inf}"]
WHEN = ["last year", "in {period}", "in {month}", "once more", "this year", "in {country}", "on {date}", "at last"]


def clause(rng, good, fill):
    """A short clause of one tone, without a full stop."""
    if rng.random() < 0.5:
        metric, up = metric_of(rng, good)
        return f"{metric} {rng.choice(ROSE if up else FELL)}" + rng.choice(["", " sharply", " by {pct}", " again"])
    return "{co} " + forms(rng.choice(GOOD_VERBS if good else BAD_VERBS))[1]


def metric_of(rng, good):
    """A measure and the direction that makes it good or bad news."""
    sign = rng.random() < 0.6
    return rng.choice(UP_GOOD if sign else UP_BAD), sign == good


def verbs(rng, fill):
    kind = rng.random()
    if kind < 0.26:
        good = rng.random() < 0.5
        frame, words, label = rng.choice(PLAINLY), GOOD_VERBS if good else BAD_VERBS, 2 if good else 0
    elif kind < 0.36:
        frame, words, label = rng.choice(MANAGED), GOOD_VERBS, 2
    elif kind < 0.46:
        frame, words, label = rng.choice(FORCED), BAD_VERBS, 0
    elif kind < 0.62:
        frame, words, label = rng.choice(NOT_GOOD), GOOD_VERBS, 0
    elif kind < 0.78:
        frame, words, label = rng.choice(NOT_BAD), BAD_VERBS, 2
    else:
        frame, words, label = rng.choice(PLAINLY[:5] + NOT_PLAIN), PLAIN_VERBS, 1
    inf, past, part, pres, ing = forms(rng.choice(words))
    text = frame.replace("{inf}", inf).replace("{past_we}", past.replace("its ", "our ").replace("itself", "ourselves"))
    text = text.replace("{past}", past).replace("{part}", part).replace("{pres}", pres).replace("{ing}", ing)
    return text.replace("{when}", rng.choice(WHEN)) + rng.choice([".", ".", ""]), label


def harms(rng, fill):
    bad = rng.random() < 0.65
    happens = rng.random() < 0.45
    x = rng.choice(HARMS if bad else BOONS)
    frame = rng.choice((THREAT if happens else AVERTED) if bad else (ARRIVED if happens else SPOILED))
    text = frame.replace("{X}", x[0].upper() + x[1:] if frame.startswith("{X}") else x).replace("{x}", x)
    text = text.replace("{bare}", x.removeprefix("a ").removeprefix("an "))
    return text + ".", 2 if bad != happens else 0


def states(rng, fill):
    bad, over = rng.random() < 0.5, rng.random() < 0.5
    s = rng.choice(STATES_BAD if bad else STATES_GOOD)
    many = s == "good times"
    at = rng.choice(["", "", " at {co}", " in {country}", " in {sector}"])
    text = rng.choice(OVER if over else LASTS).replace("{at}", at).replace("{s}", s)
    for slot, one, two in (("{is}", "is", "are"), ("{has}", "has", "have"), ("{its}", "its", "their")):
        text = text.replace(slot, two if many else one)
    return text, 2 if bad == over else 0


def surprises(rng, fill):
    """Direction and size against what was expected; even is neutral."""
    metric, good = (rng.choice(UP_GOOD), True) if rng.random() < 0.5 else (rng.choice(UP_BAD), False)
    up, even = rng.random() < 0.5, rng.random() < 0.28
    was = "were" if metric.endswith(PLURAL) else "was"
    if even:
        than = rng.choice(EXPECTED)
        return rng.choice([f"{metric} {was} in line with {{what}}", f"{metric} {rng.choice(ROSE + FELL)} as {than}", f"{metric} matched {{what}}",
                           f"{metric} {was} exactly as {than}", f"{metric} did not differ from {{what}}", f"{metric} came in where {{who}} had expected",
                           f"{metric} {was} {{amt}}, as {than}", f"{metric} {was} {{amt}}, in line with {{what}}",
                           f"{metric} held no surprise for {{who}}", f"{metric} {was} on a par with {{what}}", f"{metric} met {{what}}",
                           f"{metric} {was} neither better nor worse than {than}", f"{metric} landed in the middle of {{co}}'s guidance",
                           f"{metric} {was} broadly as {than}"]) + ".", 1
    more = rng.random() < 0.5
    than = rng.choice(EXPECTED + FEARED if (up != good) == (not more) or not more and up != good else EXPECTED)
    size = rng.choice(["more", "faster", "more sharply"] if more else ["less", "more slowly", "less sharply"])
    noun = rng.choice((["bigger", "steeper", "larger"] if more else ["smaller", "milder", "gentler"]))
    text = rng.choice([
        f"{metric} {rng.choice(ROSE if up else FELL)} {size} than {than}",
        f"the {rng.choice(['rise', 'increase'] if up else ['fall', 'drop', 'decline'])} in {metric} was {noun} than {than}",
        f"{metric} did not {rng.choice(['rise', 'grow', 'increase'] if up else ['fall', 'drop', 'decline'])} as {'much' if not more else 'little'} as {than}",
        f"at {{co}}, {metric} {rng.choice(ROSE if up else FELL)} by {{pct}}, {size} than {than}",
        f"{metric} {rng.choice(ROSE if up else FELL)} by only {{pct}}, {than} was a bigger move" if False else
        f"{metric} {rng.choice(ROSE if up else FELL)} {size} than {than} in {{month}}"])
    return text + ".", 2 if (up == more) == good else 0


def contrasts(rng, fill):
    good = rng.random() < 0.5
    frame = rng.choice(BUT)
    return frame.replace("{a}", clause(rng, not good, fill)).replace("{b}", clause(rng, good, fill)), 2 if good else 0


PARTS = [(verbs, 0.46), (harms, 0.16), (states, 0.08), (surprises, 0.18), (contrasts, 0.12)]


def compose(rng, fill):
    at = rng.random()
    for part, share in PARTS:
        if at < share:
            break
        at -= share
    text, label = part(rng, fill)
    who = "the " + rng.choice(ROLES) if rng.random() < 0.5 else "{Co}"
    text = text.replace("{co}", who).replace("{what}", rng.choice(
        ["forecasts", "expectations", "the consensus", "estimates", "its own guidance", "the average forecast"]))
    text = text.replace("{who}", rng.choice(["analysts", "investors", "the market", "economists"]))
    return fill(text, rng), label
