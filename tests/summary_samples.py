"""Texts for the tests of summaries: a report of many sections, a meeting, and two papers that disagree."""

from __future__ import annotations

from bot.datatypes import Document, Section

TOPICS = (
    "Harbour",
    "Forest",
    "Railway",
    "School",
    "Library",
    "Market",
    "Bridge",
    "Mill",
    "Hospital",
    "Theatre",
)
PLANTED = "The council lost $48 million when the savings bank of Orrin failed on 3 May 2024."


OPENINGS = (
    "The {thing} of Orrin was visited by {n},000 people in 2024, more than in any year before.",
    "Only {n},400 guests came to see the {thing} in the summer, since rain kept most tourists at home.",
    "In the winter some {n} schools from the valley sent their pupils to the {thing} for a day.",
)
MONEY = (
    "Repairs to the {thing} took {n} months and were paid for by a loan of ${n} million.",
    "A gift of ${n} million from the family of a miller will pay for a new roof of the {thing}.",
    "The council put aside ${n} million for the walls of the {thing}, which had begun to lean.",
)
PEOPLE = (
    "Two members of the {thing} board left in the spring after a dispute over its opening hours.",
    "Judith Aske, who has run the {thing} since 1998, will hand her keys to a nephew at Easter.",
    "Three night porters of the {thing} went on strike for a heated room and won it.",
)
PRAISE = (
    "Visitors praised the new entrance of the {thing} and its garden of old roses.",
    "Letters to the mayor complained of the noise that trams make behind the {thing}.",
    "An exhibition of painted clocks filled the upper floor of the {thing} through the autumn.",
)


def report(*, planted: str = PLANTED) -> Document:
    """Make a report with a section of five sentences on each topic, and one on its last page that matters."""
    text, sections = "", []
    for n, topic in enumerate(TOPICS):
        start = len(text)
        told = [kind[(n + i) % 3] for i, kind in enumerate((OPENINGS, MONEY, PEOPLE, PRAISE))]
        told.insert(3, "It has found no successors for them.")
        text += f"{topic}\n\n{' '.join(told).format(thing=topic.lower(), n=n + 3)}\n\n"
        sections.append(Section(topic, start, len(text)))
    start = len(text)
    text += (
        f"Closing remarks\n\n{planted} "
        "The auditors of Orrin read the accounts in June and had nothing else to remark on them. "
        "The mayor thanked the staff of every department for a year of patient work.\n"
    )
    sections.append(Section("Closing remarks", start, len(text)))
    return document(text, sections=sections, title="Orrin: report for 2024")


MEETING = """\
Ann Low: Good morning , everybody . Uh we we have to decide on the price of the remote control today .
Ben Ray: {vocalsound} Okay , so the market study says that young buyers would pay twenty five euros for it .
Ann Low: And the study says that they want it in bright colours .
Cat Moe: Um the factory can make the case in rubber , which costs two euros less than titanium {disfmarker}
Ben Ray: The factory can make the case in rubber , which costs two euros less than titanium .
Cat Moe: I think the display is too expensive for a price of twenty five euros .
Ann Low: We decide on a price of twenty five euros and a case of yellow rubber .
Ben Ray: I will write the report about the rubber case before Friday afternoon .
"""
HERALD = """Storm over Vik

The storm tore 41 boats from their moorings in the harbour of Vik on Monday night, the harbour master said.
The ferry Dunlin with 212 passengers aboard waited outside of the harbour of Vik until morning.
Nobody was hurt in Vik, but the fish market lost its roof.
"""
GAZETTE = """A night without sleep

On Monday night the storm tore 38 boats from their moorings in the harbour of Vik, said the fishermen.
The ferry Dunlin waited outside of the harbour of Vik until morning with 212 passengers aboard.
The fishermen want a second breakwater before the next winter.
"""


def document(text: str, *, sections=(), title: str = "A document", name: str = "doc") -> Document:
    """Make a document as the store would return it."""
    return Document(name, name, title, f"/{name}.txt", text, (), tuple(sections), {}, "2024-01-01", 1)


def meeting() -> Document:
    """Make a transcript in which two speakers settle on a price."""
    return document(MEETING, title="Meeting", name="meeting")


def papers() -> list[Document]:
    """Make two papers on one storm."""
    return [
        document(HERALD, title="Herald", name="herald"),
        document(GAZETTE, title="Gazette", name="gazette"),
    ]
