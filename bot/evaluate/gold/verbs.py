"""The finite forms of common English verbs, and how a question turns each: "rose" -> did, rise."""

from __future__ import annotations

import re

AUXILIARIES = frozenset("was were is are has have had will would can could may must should".split())
_REGULAR = """add agree allow announce appoint ask award call carry cause claim close collect complete contain
cover create deliver design discover donate double earn employ estimate expect finish generate handle hire
host injure install introduce invest join kill land last launch limit miss need offer open order own pass
plan plant produce promise propose publish purchase raise reach receive record reduce release remove repair
replace report return save serve settle sign start supply support treat use visit vote want warn increase
decrease decline drop jump climb""".split()
_IRREGULAR = """rise rose,
fall fell, grow grew, pay paid, make made, buy bought, sell sold, win won, lose lost,
build built, find found, hold held, keep kept, leave left, meet met, run ran, send sent, spend spent,
take took, begin began, bring brought, give gave, get got, lead led, write wrote, see saw, come came, go went,
know knew, cost cost, put put, set set, cut cut, hit hit, shut shut, let let, choose chose, draw drew,
drive drove, say said, strike struck, sink sank, teach taught, think thought, tell told, break broke,
wear wore"""


def _past(base: str) -> str:
    if base.endswith("y") and base[-2] not in "aeou":
        return base[:-1] + "ied"
    doubled = base + base[-1] if base in {"drop", "plan"} else base
    return doubled + ("d" if base.endswith("e") else "ed")


def _present(base: str) -> str:
    if base.endswith("y") and base[-2] not in "aeou":
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "x", "ch", "sh", "ss", "o")) else "s")


_PAIRS = [(base, _past(base)) for base in _REGULAR] + re.findall(r"(\w+) (\w+)", _IRREGULAR)
DO: dict[str, tuple[str, str]] = {past: ("did", base) for base, past in _PAIRS} | {
    _present(base): ("does", base) for base, _ in _PAIRS
}
