"""Can a sentence stand alone in a summary, and does it say anything? Rules, pure functions. English."""

from __future__ import annotations

import re

from bot.captions import says_what_follows
from bot.fillers import JOINT
from bot.tables import is_table_row

MIN_WORDS, MAX_WORDS = 7, 60
MIN_LOOSE_WORDS = 4
MIN_LETTERS = 0.6  # share of letters among what is no white space: less is a table, a formula or code

_ENDS = re.compile(r"[.!?…][\"'”’»)\]]*(?: '')?$")
_STARTS = re.compile(r"[\"“‘']*\s?[A-Z0-9$€£]")
_POINTS_BACK = re.compile(
    r"[\"'“‘(]*\s?(?:it|its|it['’]s|he|his|him|she|her|they|their|them|this|that|these|those|such|both"
    r"|neither|either|here|there['’]s|the (?:latter|former|same|other|others|two|three|foregoing"
    r"|above)|another|others"
    r"|one of (?:them|these|those|the two)|some of (?:them|these|those)|each of (?:them|these|those)"
    r"|but|and"
    r"|or|nor|yet|so|then|thus|hence|because|which|who|also|however|meanwhile|therefore|instead|still"
    r"|(?:by|in|with|for|of|from|to|under|at|on) (?:his|her|their|its|this|that|these|those)"
    r"|the (?:sum|move|figure|amount) (?:is|was|will|would|comes)"
    r"|afterwards?|later|again|not only|even so|that said|on the other hand|in addition|as such|as a result"
    r"|by contrast|in contrast|for (?:example|instance))\b(?! (?:19|20)\d\d)",
    re.IGNORECASE,
)
_SOMEBODY_SAID = re.compile(  # whose words these are stands elsewhere
    r"[”\"’'],? (?:(?:he|she|they) (?:said|says|added|told|wrote|explained|noted|continued|asked)"
    r"|(?:said|added|explained) (?:he|she|they))\b",
    re.IGNORECASE,
)
_POINTS_BACK_WITHIN = re.compile(  # "£31 million of that, ..."
    r"\b(?:of|from|for|to|with|by|than) (?:that|this|these|those)[,.;]", re.IGNORECASE
)
_NO_PROSE = re.compile(
    r"^good (?:morning|afternoon|evening)\b|\bwelcome to the (?:meeting|committee)|^thank you\b"
    r"|\b(?:image|photo|picture|file photo|photograph|credit|video|caption)s? ?(?:by|:)|©"
    r"|\ball rights reserved\b|^(?:portrait|photo\w*|picture|image|view|screenshot|map|logo)s? (?:shot )?of\b"
    r"|\b(?:click here|read more|sign up|subscribe|share this|follow us|cookies?|log in|newsletter|related"
    r" (?:news|articles?|stories)|advertisement)\b|https?://|www\.|@\w+\.\w",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(  # of filings
    r"forward[- ]looking|safe harbor|litigation reform act|incorporated (?:herein )?by reference"
    r"|table of contents|check mark|\bregistrants?\b|pursuant to (?:the requirements|section|rule"
    r"|item|regulation)"
    r"|duly authorized|\bexhibits?\b|hereby certif|not (?:required|applicable)\b|in conjunction with"
    r"|unaudited|exchange act|securities act|actual results|undertakes? no (?:obligation|duty)"
    r"|\bsee (?:note|item|part|also|the|accompanying)\b|accompanying notes|transition period"
    r"|shares of [\w ,.$’']{0,60}(?:stock|shares)[\w ,.$’']{0,60} outstanding|outstanding [\d,]+ shares"
    r"|\btrademarks?\b|\bwe refer to\b|should be read|detailed analysis"
    r"|fiscal (?:year )?\d{4} consisted of|necessarily indicative"
    r"|^for the (?:fiscal )?(?:year|quarter|period)\b[^,]*(?:, \d{4})?\.?$"
    r"|^(?:(?:all )?(?:amounts|figures)|dollars) (?:are |were )?(?:stated |shown |expressed )?in "
    r"(?:millions|thousands|us|u\.s)"
    r"|refer(?:ence)? (?:is made )?to (?:note|item|part|the)|(?:set forth|described|discussed"
    r"|included|presented|shown|listed|summarized) "
    r"(?:below|above|in (?:note|item|part|the))|critical audit|our audits?\b|we have audited"
    r"|internal control over"
    r"|in (?:the opinion of|management['’]s opinion)|smaller reporting|form (?:10-|8-)[kq]"
    r"|\binc\.,? and (?:its )?(?:consolidated )?subsidiaries"
    r"|(?:terms?|words?) [“\"]|unless (?:otherwise|the context)|accounting standards? update|\basu\b"
    r"|\bfasb\b"
    r"|(?:annual|quarterly) report on form|recent(?:ly)? (?:issued|adopted) accounting|sec\.gov"
    r"|investor relations",
    re.IGNORECASE,
)
_CODE = re.compile(r"[{};]\s*$|^\s*(?:def|class|import|return|function|var|const|#include)\b|=>|\(\)|==|</")


def stands_alone(text: str) -> bool:
    """Tell whether a sentence, in one line, can be understood without those around it and says something."""
    return (
        leans(text)
        and not points_back(text)
        and not _POINTS_BACK_WITHIN.search(text)
        and not _SOMEBODY_SAID.search(text)
    )


def leans(text: str) -> bool:
    """Tell whether a sentence says something and can be understood after the one before it."""
    return (
        MIN_WORDS <= len(text.split()) <= MAX_WORDS
        and _is_whole(text)
        and is_prose(text)
        and not says_what_follows(text)
        and not text.endswith("?")
    )


def is_prose(text: str) -> bool:
    """Tell whether words make up most of a line, and it is no caption, menu, row, code or legal formula."""
    return (
        not is_table_row(text)
        and letters_share(text) >= MIN_LETTERS
        and not _NO_PROSE.search(text)
        and not _BOILERPLATE.search(text)
        and not _CODE.search(text)
    )


def may_do(text: str) -> bool:
    """Tell whether a line may be shown where nothing stands alone: a poem's, a list's, another language's."""
    return MIN_LOOSE_WORDS <= len(text.split()) <= MAX_WORDS and is_prose(text)


def points_back(text: str) -> bool:
    """Tell whether a sentence opens with what only the sentence before it explains."""
    return _POINTS_BACK.match(text) is not None


def opener_end(text: str) -> int:
    """Return where a sentence begins after what only joins it to others: "However, it sank." -> 9."""
    match = JOINT.match(text)
    return match.end() if match else 0


def letters_share(text: str) -> float:
    """Return the share of letters among the characters that are no white space, in [0, 1]; 0 if empty."""
    solid = [character for character in text if not character.isspace()]
    return sum(map(str.isalpha, solid)) / len(solid) if solid else 0.0


def _is_whole(text: str) -> bool:
    balanced = text.count('"') % 2 == 0 and text.count("“") == text.count("”")
    balanced = balanced and text.count("(") == text.count(")")
    return bool(_ENDS.search(text) and _STARTS.match(text)) and balanced and text.count("''") in {0, 1, 2}
