"""Phrasing: what a generator may say in place of its evidence, with a scripted generator."""

from __future__ import annotations

import pytest
from core_fakes import DictVerifier, ScriptedGenerator, evidence_of, words
from hypothesis import given
from hypothesis import strategies as st

from bot.facts import missing_numbers
from bot.phrase import MIN_WORDS, Phraser, Phrasing
from bot.prompt import PromptTemplate
from bot.verify import SUPPORTED, VETO, WordingVerifier

LONG = "The old bridge of Vik, built by hand, was opened to cars on 3 June 2019 after many years of delay."
SHORT = "The old bridge of Vik was opened to cars on 3 June 2019."
TEMPLATE = PromptTemplate("test", "[system]\nShorten.\n[user]\n$evidence\n$question\n")
QUESTION = "When was the bridge opened?"


def phrased(reply, *, text=LONG, verifier=None, scorer=None):
    generator = ScriptedGenerator([reply])
    phraser = Phraser(generator, verifier or WordingVerifier(), scorer=scorer, template=TEMPLATE)
    return phraser.phrase(QUESTION, evidence_of(text, text)), generator


def test_a_supported_shortening_is_shown():
    phrasing, generator = phrased(SHORT)
    assert (phrasing.text, phrasing.support) == (SHORT, 1.0)
    assert [message.content for message in generator.prompts[0]] == ["Shorten.", f"{LONG}\n{QUESTION}"]
    assert phrasing.tokens.prompt == 1 + len(LONG.split()) + len(QUESTION.split())
    assert phrasing.tokens.generated == len(SHORT.split())


@pytest.mark.parametrize(
    "reply",
    [
        SHORT.replace("3", "8"),
        SHORT.replace("Vik", "Oslo"),
        SHORT.replace("was", "was not"),
        "I cannot tell.",
        "",
        "   ",
        "The old bridge of Vik was opened to",  # cut off
        LONG,  # no shorter
    ],
)
def test_what_does_not_pass_is_dropped_and_its_tokens_are_counted(reply):
    phrasing, _ = phrased(reply)
    assert phrasing.text is None
    assert phrasing.tokens.prompt > 0


def test_only_the_first_sentence_of_a_reply_counts():
    phrasing, _ = phrased(f"{SHORT} It cost $7 and was painted red.")
    assert phrasing.text == SHORT


def test_the_verifier_decides_and_sees_the_evidence():
    just, below = DictVerifier({SHORT: SUPPORTED}), DictVerifier({SHORT: SUPPORTED - 0.01})
    assert phrased(SHORT, verifier=just)[0].text == SHORT
    assert phrased(SHORT, verifier=below)[0].text is None
    assert just.seen == [(SHORT, LONG)]


@pytest.mark.parametrize(
    "text", ["It opened in 2019.", "Sales of the old northern shops in the last year | 5 | 6 | 7"]
)
def test_short_sentences_and_table_rows_are_left_as_they_are_without_asking(text):
    phrasing, generator = phrased(SHORT, text=text)
    assert phrasing == Phrasing(None)
    assert generator.prompts == []


def test_evidence_over_several_lines_is_given_as_one():
    text = LONG.replace(", ", ",\n  ")
    phrasing, generator = phrased(SHORT, text=text)
    assert phrasing.text == SHORT
    assert LONG in generator.prompts[0][1].content


WORDS = st.lists(
    st.sampled_from("the bridge Vik Oslo was opened not on 3 8 June 2019 $5 million may 7%".split()),
    min_size=1,
    max_size=16,
)


@given(WORDS, WORDS.map(lambda words: words * MIN_WORDS))
def test_every_number_of_a_shown_phrasing_is_in_the_words_it_cites(reply, evidence):
    reply, evidence = " ".join(reply) + ".", " ".join(evidence) + "."
    phrasing, _ = phrased(reply, text=evidence)
    assert phrasing.text is None or missing_numbers(phrasing.text, evidence) == []
    assert phrasing.text is None or set(words(phrasing.text)) <= set(words(evidence)) | {"the"}


FRAMED = (
    "However, the old bridge of Vik (Norse: gamlebru) was opened to cars on 3 June 2019, which pleased many."
)


def test_the_model_chooses_the_shortest_form_that_passes_and_still_answers(model):
    phrasing, generator = phrased("unused", text=FRAMED, scorer=model)
    assert phrasing.text == "The old bridge of Vik was opened to cars on 3 June 2019."
    assert phrasing.support >= SUPPORTED
    assert not generator.prompts  # nothing had to be written


def test_a_form_that_loses_what_makes_the_question_likely_is_not_chosen(model):
    text = "The old bridge of Vik was opened to cars (the bridge when was it seen) in June 2019."
    generator = ScriptedGenerator([])
    phraser = Phraser(generator, DictVerifier({}, otherwise=1.0), scorer=model, writes=False)
    assert phraser.phrase("It was seen when?", evidence_of(text, text)).text is None


def test_words_that_say_nothing_go_where_no_part_can(model):
    text = "However, the old bridge of Vik was also opened to cars in June 2019."
    phrasing, _ = phrased("unused", text=text, scorer=model)
    assert phrasing.text == "The old bridge of Vik was opened to cars in June 2019."
    assert phrasing.support >= SUPPORTED


def test_words_that_say_nothing_stay_where_the_question_is_about_them(model):
    text = "However, the old bridge of Vik was also opened to cars in June 2019."
    generator = ScriptedGenerator([])
    phraser = Phraser(generator, WordingVerifier(), scorer=model, writes=False)
    assert phraser.phrase("However? Also?", evidence_of(text, text)).text is None


def test_a_form_that_the_verifier_drops_is_not_chosen(model):
    generator = ScriptedGenerator([])
    phraser = Phraser(generator, DictVerifier({}, otherwise=0.0), scorer=model, writes=False)
    assert phraser.phrase(QUESTION, evidence_of(FRAMED, FRAMED)).text is None


def test_a_model_that_does_not_write_is_not_asked_to(model):
    generator = ScriptedGenerator([SHORT])
    phraser = Phraser(generator, WordingVerifier(), scorer=model, writes=False, template=TEMPLATE)
    plain = FRAMED.replace("However, the", "The").replace(" (Norse: gamlebru)", "").partition(", which")[0]
    plain += " after many years of delay."
    assert phraser.phrase(QUESTION, evidence_of(plain, plain)) == Phrasing(None)
    assert not generator.prompts


@pytest.mark.parametrize(("figure", "shown"), [(VETO, True), (VETO - 0.01, False)])
def test_a_judge_gives_the_support_of_what_passed_and_may_veto_it(figure, shown):
    judge = DictVerifier({}, otherwise=figure)
    phraser = Phraser(
        ScriptedGenerator([SHORT]), DictVerifier({}, otherwise=1.0), judge=judge, template=TEMPLATE
    )
    phrasing = phraser.phrase(QUESTION, evidence_of(LONG, LONG))
    assert (phrasing.text is not None, phrasing.support) == (shown, figure)


def test_a_judge_is_not_asked_about_what_the_verifier_drops():
    judge = DictVerifier({}, otherwise=1.0)
    phraser = Phraser(ScriptedGenerator([SHORT]), DictVerifier(), judge=judge, template=TEMPLATE)
    assert phraser.phrase(QUESTION, evidence_of(LONG, LONG)).text is None
    assert judge.seen == []


WHOLE, PART = "Sales: 2019 $5; 2018 $4", "Sales: 2018 $4"


@pytest.mark.parametrize(("question", "told"), [("Sales in 2018?", PART), ("Sales in 2019 $5?", None)])
def test_a_part_of_a_row_is_shown_where_the_question_is_as_likely_after_it(model, question, told):
    phraser = Phraser(ScriptedGenerator([]), WordingVerifier(), scorer=model, writes=False)
    assert phraser.phrase_row(question, WHOLE, PART).text == told


def test_without_a_scorer_a_row_is_shown_whole():
    phraser = Phraser(ScriptedGenerator([]), WordingVerifier(), template=TEMPLATE)
    assert phraser.phrase_row("Sales in 2018?", WHOLE, PART) == Phrasing(None)
