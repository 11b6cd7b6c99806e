"""Two figures compared: the fourth generation of templates, in three lessons.

In the news the two figures are close, and neither says anything by itself: from such
sentences alone a network of this size never learns to compare them, since the loss has
no slope to follow. It does within minutes where the figures are drawn apart (`wide`), for
then a large one in the first place alone makes "more" likely. So the first lesson has
figures apart, few wordings and measures that are good when they grow; the second the
bad ones too; the third the wordings and figures of the news. The two lessons that
come first have no neutral sentences.
"""
import math

import measures

GOOD = ["net profit", "operating profit", "turnover", "revenue", "EBIT", "net sales", "profit", "order intake", "cash flow"]
BAD = ["net loss", "operating loss", "net debt", "costs", "pretax loss", "interest expense", "credit losses", "the deficit"]
PLAIN = ["{m} {a} vs {b}", "{m} {a} ({b})", "{m} was {a}, compared with {b}", "{m} was {a}; last year it was {b}",
         "{m} was {a}, against {b} a year earlier"]

STYLES = [("EUR {} mn", 1), ("EUR {} million", 1), ("{} million euros", 1), ("EUR{}m", 1), ("${} million", 1), ("USD {} mn", 1), ("${}M", 1),
          ("£{}m", 1), ("GBP {} million", 1), ("SEK {}m", 10), ("SEK {} million", 10), ("Rs {} crore", 10), ("Rs {} cr", 10), ("NOK {} mln", 10),
          ("DKK {} million", 10), ("{} billion yen", 1), ("EUR {} bn", .05), ("${} billion", .05), ("{} mln euro", 1), ("{} million kroner", 10),
          ("{} million dollars", 1), ("€{}m", 1), ("CHF {} million", 1), ("{} percent", .05), ("{}%", .05), ("{} million", 1), ("{}", 2)]
SHARE = [("EUR {}", 1), ("${}", 1), ("{} euros", 1), ("{} cents", 30), ("{}p", 30), ("Rs {}", 20), ("SEK {}", 8)]

# {then} is the year before, {est} what was expected.
FULL = measures.TOLD + measures.lines("""
{M} {totalled|amounted to|was|came to} {new} in {period}, {compared to|against|as compared to|versus} {old} in the {corresponding|same|comparable} period {of {year}|a year earlier|last year}.
{Co}'s {m} {totalled|amounted to|was} {new} ({aside}), {compared with|against} {old} ({aside}) {a year earlier|in {prior}}.
{M} {was|amounted to} {new}, while {in {prior}|a year earlier|in the previous year} it {was|had been|stood at} {old}.
{M} for {period} {was|amounted to} {new} ({old} in {prior}).
{Co}: {m} {new}, {previous|year-earlier|prior year} {old}
{M} {was|amounted to} {new} ( {old} ).
{M} , {new} ( {old} ) , {period}
In {period}, {m} of {Co} {was|amounted to} {new}, {and|where|whereas} {in {prior}|a year before} it {was|had been} {old}.
{Co} - {m} {new} (year ago {old})
{M} {new} vs. {old} {yoy|y/y|YoY|last year|in {prior}}
{Co} {ended|closed|finished} {period} with {m} of {new}, {compared with|against|versus|after} {old} {a year earlier|in {prior}|twelve months before}.
The {city}-based company {posted|reported|booked} {m} of {new} {on sales of {aside} |}{for|in} {period}, {against|compared with|versus} {old} {a year ago|in {prior}}.
{Co} said {m} {was|came to} {new} in {period}, against {old}, and {that it employs {n} people|it will publish its report on {date}}.
{Corresponding|Comparable} {m} {a year ago|in {prior}} {was|came to} {old}; this time {Co} {reported|booked} {new}.
""")
FORECAST = measures.lines("""
{M} {was|came in at|came to} {new}; {who} had {expected|forecast|predicted|pencilled in} {old}.
{M} {was|came in at} {new}, {against|compared with|versus} {a consensus|an average forecast|expectations|estimates} of {old}.
{M} {new} vs {old} {expected|est.|estimate|consensus|forecast}
{Co} {period} {m} {new}, est. {old}
{M} of {new} vs. {old} {expected|consensus}
{M} {was|came in at} {new}, where {who} had {looked for|wanted|hoped to see|expected} {old}.
{Who} had {expected|forecast} {m} of {old}; {Co} {reported|came up with|delivered|posted} {new}.
{Co} {reported|posted} {m} of {new}, and not the {old} {who} had {expected|predicted|forecast}.
""")
EVEN = measures.TOLD_EVEN[:10] + measures.lines("""
{M} {totalled|amounted to|was} {new} in {period}, {compared to|against} {new} in the same period a year earlier.
{M} {new} vs {new} {expected|est.|last year}
{M} {was|came in at} {new}; {who} had {expected|forecast} {new}.
{M} {was|amounted to} {new} ({new}).
{Co} {reported|posted} {m} of {new} on {sales|turnover} of {aside}.
{M} {was|amounted to} {new}, of which {old} came from {country}.
{Co} {expects|forecasts|sees} {m} of {between {old} and {new}|{old} to {new}} for {year}.
{M} {was|amounted to} {new} and total assets {aside}.
""")


def show(x, style, digits=None):
    digits = (0 if x >= 150 else 1) if digits is None else digits
    return style.format(f"{x:,.{digits}f}")


def figures(rng, apart):
    """A larger and a smaller figure in one style; apart = both drawn by themselves."""
    style, scale = rng.choice(SHARE if rng.random() < .12 else STYLES)
    low = 0.5 * 2000 ** rng.random() * scale
    high = 0.5 * 2000 ** rng.random() * scale if apart else low * math.exp(rng.uniform(.04, 1.1))
    low, high = min(low, high), max(low, high)
    digits = 2 if scale != 10 and low < 5 and rng.random() < .5 else 0 if low > 3 and rng.random() < .4 or low >= 150 else 1
    if "billion" in style and rng.random() < .15 and high < 1000 < high * 30:
        return show(high, style), show(low * 10, style.replace("billion", "million"), 0) if low * 10 < 1000 else show(low, style)
    if show(high, style, digits) == show(low, style, digits):
        high = low * 1.4 + 1
    return show(high, style, digits), show(low, style, digits)


def whole(rng):
    """Two whole numbers below 1,000, each drawn by itself, or with the units of `figures`."""
    if rng.random() < .4:
        return figures(rng, False)
    a = b = int(10 ** rng.uniform(.3, 3))
    while b == a:
        b = int(10 ** rng.uniform(.3, 3))
    style = rng.choice(STYLES)[0] if rng.random() < .5 else "{}"
    return style.format(max(a, b)), style.format(min(a, b))


def plain(rng, good):
    up, (high, low) = rng.random() < .5, whole(rng)
    text = rng.choice(PLAIN).format(m=rng.choice(GOOD if good else BAD), a=high if up else low, b=low if up else high)
    return text[0].upper() + text[1:], 2 if up == good else 0


def simple(rng, fill):
    return plain(rng, True)


def signed(rng, fill):
    return plain(rng, rng.random() < .5)


def full(rng, fill, apart=.3):
    r = rng.random()
    if r < .15:
        return signed(rng, fill)
    pair = figures(rng, rng.random() < apart)
    measure, up = measures.pick(rng, measures.MONEY), rng.random() < .5
    frame, label = (rng.choice(EVEN), 1) if r < .42 else (rng.choice(FORECAST if r < .55 else FULL), 2 if measure[1] == up else 0)
    who = rng.choice(measures.WHO[:-1])
    words = {"who": who, "Who": who[0].upper() + who[1:], "aside": show(rng.uniform(1, 900), rng.choice(STYLES)[0])}
    return fill(measures.put(rng, frame, measure, up, lambda *_: pair, words), rng), label
