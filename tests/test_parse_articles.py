"""Saved web pages: what they say of themselves is kept as metadata, what frames the article is left out."""

import json

import pytest

from bot.parse.limits import LIMITS
from bot.parse.webpage import read_html

LEAD = "The old mill on the river burned down on Friday night, hours after a storm had crossed the valley."
SECOND = "Nobody was hurt, said the fire brigade, which had been called at eleven in the evening."


def page(head="", body=f"<h1>The mill burns</h1><p>{LEAD}</p>"):
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "page.html", LIMITS)


def linked(held):
    return f"<script type='application/ld+json'>{json.dumps(held)}</script>"


def meta(name, content, key="name"):
    return f"<meta {key}='{name}' content='{content}'>"


ARTICLE = {
    "@type": "NewsArticle", "headline": "The mill burns", "datePublished": "2023-05-06T08:00:00+02:00",
    "author": [{"@type": "Person", "name": "Ada Tarn"}, {"name": "Bo Reed"}],
    "publisher": {"@type": "Organization", "name": "The Courier"},
}  # fmt: skip
TOLD = {"author": "Ada Tarn, Bo Reed", "date": "2023-05-06T08:00:00+02:00", "site": "The Courier"}


@pytest.mark.parametrize(
    "held",
    [
        ARTICLE,
        [{"@type": "BreadcrumbList"}, ARTICLE],
        {"@graph": [{"@type": "WebSite", "name": "x"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {**ARTICLE, "@type": ["Thing", "BlogPosting"]},
    ],
    ids=["one", "a list", "a graph", "the main one of a page", "of two types"],
)
def test_linked_data_is_read_however_it_is_nested(held):
    found = page(linked(held)).metadata
    assert {key: found[key] for key in TOLD} == TOLD


@pytest.mark.parametrize(
    "script",
    ["{broken", "[" * 100_000, "null", "[1, null, 'x']", '{"@type": 5}', '{"@type": "Article", "author": 5}',
     '{"@type": "Article", "author": [[]], "headline": {"a": 1}, "publisher": "https://x"}'],
    ids=range(7),
)  # fmt: skip
def test_linked_data_that_is_odd_costs_nothing_but_itself(script):
    found = page(f"<script type='application/ld+json'>{script}</script>{meta('author', 'Ada Tarn')}")
    assert found.text.startswith("The mill burns")
    assert found.metadata["author"] == "Ada Tarn"


@pytest.mark.parametrize(
    ("head", "body", "told"),
    [
        (meta("og:site_name", "The Courier", "property"), "", {"site": "The Courier"}),
        (meta("article:published_time", "2023-05-06T08:00Z", "property"), "", {"date": "2023-05-06T08:00Z"}),
        (meta("DC.Date.Issued", "May 6, 2023"), "", {"date": "2023-05-06"}),
        (meta("date", "lately"), "", {"date": "lately"}),
        (meta("parsely-author", "Ada Tarn"), "", {"author": "Ada Tarn"}),
        (meta("author", "https://social.example/ada"), "<p>By Ada Tarn</p>", {"author": "Ada Tarn"}),
        ("", "<p class=byline>By <a href=x>Ada Tarn</a></p>", {"author": "Ada Tarn"}),
        ("", "<a rel=author href=x>Ada Tarn</a>", {"author": "Ada Tarn"}),
        ("", "<span itemprop=author>By Ada Tarn</span>", {"author": "Ada Tarn"}),
        ("", "<p>By Ada Tarn and Bo Reed</p>", {"author": "Ada Tarn and Bo Reed"}),
        ("", "<time datetime=2023-05-06>Saturday</time>", {"date": "2023-05-06"}),
        ("", "<time itemprop=datePublished datetime=2023-05-06T10>then</time>", {"date": "2023-05-06T10"}),
        ("<link rel=canonical href=https://a.example/mill>", "", {"url": "https://a.example/mill"}),
    ],
    ids=range(13),
)  # fmt: skip
def test_each_way_to_say_it_is_understood(head, body, told):
    found = page(head, f"<h1>The mill burns</h1>{body}<p>{LEAD}</p>").metadata
    assert {key: found.get(key) for key in told} == told


@pytest.mark.parametrize(
    "body",
    ["<p>By Friday the fire was out.</p>", "<p>By the time it rained, nothing stood.</p>",
     "<p class=author-note>Nothing here.</p>",
     "<time datetime=2023-05-06>a</time><time datetime=2020-01-01>b</time>"],
)  # fmt: skip
def test_what_only_looks_like_a_byline_or_a_date_is_none(body):
    found = page(body=f"<p>{LEAD}</p>{body}").metadata
    assert "author" not in found
    assert "date" not in found


def test_a_title_loses_the_name_of_its_site_and_nothing_else():
    site = meta("og:site_name", "The Courier", "property")
    assert page(f"<title>The mill burns | The Courier</title>{site}").title == "The mill burns"
    assert page(f"<title>The mill burns - The Courier</title>{site}").title == "The mill burns"
    assert page(f"<title>Inside The Courier</title>{site}").title == "Inside The Courier"
    assert page("<title>The mill burns | The Courier</title>").title == "The mill burns | The Courier"


FRAMES = [
    "<div class='site-nav'><a href=/>Home</a></div>",
    "<ul class='breadcrumbs'><li><a href=/>Home</a></ul>",
    "<div id='cookie-consent'>We use cookies</div>",
    "<div class='share-buttons'>Share on X</div>",
    "<section class='related-articles'><h3>Related</h3><ul><li><a href=x>Storm and roofs</a></ul></section>",
    "<div class='newsletter-signup'>Sign up for our newsletter</div>",
    "<div class='sidebar'><h3>Most read</h3><a href=z>Council votes</a></div>",
    "<div id='footer'>Copyright 2023</div>",
    "<div class='ad-slot'>Buy now</div>",
    "<div class='taboola'>You may like</div>",
]


@pytest.mark.parametrize("frame", FRAMES, ids=range(len(FRAMES)))
@pytest.mark.parametrize("declared", [True, False], ids=["linked data", "article tag"])
def test_what_frames_an_article_is_left_out_by_its_name(frame, declared):
    words = f"<h1>The mill burns</h1><p>{LEAD}</p>{frame}<p>{SECOND}</p>"
    found = page(
        linked(ARTICLE) if declared else "", words if declared else f"<article>{words}</article>{frame}"
    )
    assert found.text == f"The mill burns\n\n{LEAD}\n\n{SECOND}"


@pytest.mark.parametrize("frame", FRAMES, ids=range(len(FRAMES)))
def test_a_page_that_does_not_say_it_is_an_article_is_read_whole(frame):
    assert len(page(body=f"<p>{LEAD}</p>{frame}").text) > len(LEAD)


@pytest.mark.parametrize(
    "named",
    [
        "share",
        "related",
        "sidebar",
        "comments",
        "promo",
        "menu",
        "article-content",
        "has-sidebar",
        "tagline",
        "header",
    ],
)
def test_long_text_is_read_whatever_the_element_is_called(named):
    body = f"<h1>The mill burns</h1><div class='{named}'><p>{LEAD}</p><p>{SECOND}</p><p>{LEAD}</p></div>"
    found = page(linked(ARTICLE), body)
    assert found.text.count(LEAD) == 2


def test_the_part_with_the_headline_is_never_a_frame_and_teasers_beside_it_are():
    teaser = f"<article class=card><h2><a href=x>River rises</a></h2><p>{SECOND}</p></article>"
    body = (
        "<div class='page sidebar'><main><div class='post-content share'><h1>The mill burns</h1>"
        f"<p>{LEAD}</p></div></main><aside>{teaser}</aside></div>"
    )
    assert page(body=body).text == f"The mill burns\n\n{LEAD}"


def test_the_body_of_a_page_may_be_opened_by_an_element_of_the_text():
    """HTML lets <head> and <body> be left out; the parser then puts <main> into the head."""
    assert read_html(f"<title>T</title><main><p>{LEAD}</p></main>".encode(), "a.html", LIMITS).text == LEAD
